package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses parameters of a query that its route does not have: a filter with a slip in its name would show everything. */
final class KnownParameters implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod route)) {
            return true;
        }
        Set<String> allowed = Arrays.stream(route.getMethod().getParameters())
                .filter(parameter -> parameter.isAnnotationPresent(RequestParam.class))
                .map(Parameter::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        request.getParameterMap().forEach((name, values) -> {
            if (!allowed.contains(name)) {
                throw invalid("the parameter '" + name + "' is unknown" + Suggestion.suffix(name, allowed)
                        + (allowed.isEmpty()
                                ? "; this route has none"
                                : "; allowed are " + String.join(", ", allowed)));
            }
            if (values.length > 1) {
                throw invalid("the parameter '" + name + "' is there " + values.length + " times; allowed is once");
            }
        });
        return true;
    }

    private static NightshiftException invalid(String message) {
        return new NightshiftException(FailureCode.REQUEST_INVALID, message + ". Nothing was done");
    }
}
