package io.countersign.web.rest;

import io.countersign.web.security.AccessLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/** Has refusals noted before they are told. It resolves nothing. */
@Component
final class Refusals implements HandlerExceptionResolver, Ordered {

    private final AccessLog access;

    Refusals(AccessLog access) {
        this.access = access;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response, @Nullable Object handler,
            Exception failure) {
        if (Problems.isOurs(request.getRequestURI())
                && request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern) {
            access.refused(Problems.problem(failure).code(), request.getMethod() + " " + pattern, id(request));
        }
        return null;
    }

    private static @Nullable String id(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                && variables.get("id") instanceof String id ? id : null;
    }
}
