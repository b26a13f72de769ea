package io.nightshift.admin;

import io.nightshift.access.AccessToken;
import io.nightshift.access.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

/** Somebody with a usable token. */
final class TokenAuthentication extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1;

    private final transient AccessToken token;
    private final String address;

    TokenAuthentication(AccessToken token, String address) {
        super(AuthorityUtils.createAuthorityList(List.of("ROLE_" + token.role())));
        this.token = token;
        this.address = address;
        setAuthenticated(true);
    }

    Role role() {
        return token.role();
    }

    /** As the events of runs name somebody. */
    String who() {
        return token.name() + " (by the endpoint, from " + address + ")";
    }

    @Override
    public Object getPrincipal() {
        return token.name();
    }

    @Override
    public @Nullable Object getCredentials() {
        return null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenAuthentication that && token.equals(that.token) && address.equals(that.address);
    }

    @Override
    public int hashCode() {
        return token.hashCode();
    }
}
