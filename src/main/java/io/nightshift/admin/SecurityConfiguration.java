package io.nightshift.admin;

import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.pathPattern;

import io.nightshift.access.AccessTokens;
import io.nightshift.access.Role;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

/** Who is let in: by {@link Route#ALL} alone, with a token, without sessions, cookies or other ways to log in. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class SecurityConfiguration {

    @Bean
    SecurityFilterChain endpointFilterChain(HttpSecurity http, AccessTokens tokens, Clock clock) throws Exception {
        Refusals refusals = new Refusals();
        http.csrf(AbstractHttpConfigurer::disable)
                .cors(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
                        .referrerPolicy(policy -> policy.policy(
                                org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter
                                        .ReferrerPolicy.NO_REFERRER)))
                .exceptionHandling(
                        failures -> failures.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .addFilterBefore(new TokenFilter(tokens, new FailedLogins(clock)), AuthorizationFilter.class)
                .authorizeHttpRequests(requests -> {
                    for (Route route : Route.ALL) {
                        requests.requestMatchers(pathPattern(route.method(), route.pattern()))
                                .access(route.role() == null ? onThisMachine() : needs(route.role()));
                    }
                    requests.anyRequest().denyAll();
                });
        return http.build();
    }

    private static AuthorizationManager<RequestAuthorizationContext> needs(Role role) {
        return (authentication, context) ->
                new AuthorizationDecision(authentication.get() instanceof TokenAuthentication known
                        && known.role().includes(role));
    }

    private static AuthorizationManager<RequestAuthorizationContext> onThisMachine() {
        AuthorizationManager<RequestAuthorizationContext> elsewhere = needs(Role.VIEWER);
        return (authentication, context) ->
                Addresses.isLoopback(context.getRequest().getRemoteAddr())
                        ? new AuthorizationDecision(true)
                        : elsewhere.authorize(authentication, context);
    }

    /** For requests only: what is dispatched inside the server has passed it. */
    @Bean
    FilterRegistrationBean<FilterChainProxy> securityFilter(FilterChainProxy springSecurityFilterChain) {
        FilterRegistrationBean<FilterChainProxy> registration = new FilterRegistrationBean<>(springSecurityFilterChain);
        registration.setOrder(0);
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        return registration;
    }
}
