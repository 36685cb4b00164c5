package io.countersign.web.security;

import com.github.f4b6a3.uuid.UuidCreator;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.OncePerRequestFilter;

/** Gives every request an id and a trace id, answers with the first, and lets the log and the commands carry both. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class RequestIds extends OncePerRequestFilter {

    /** The header that brings and returns the id. */
    public static final String HEADER = "X-Request-Id";

    private static final String REQUEST_ID = RequestIds.class.getName() + ".request";
    private static final String TRACE_ID = RequestIds.class.getName() + ".trace";
    private static final Pattern ACCEPTABLE = Pattern.compile("[0-9A-Za-z._:-]{1,64}");
    private static final Pattern TRACE_PARENT = Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    /** The id of a request; never null once the filters have begun. */
    public static String of(ServletRequest request) {
        return attribute(request, REQUEST_ID);
    }

    /** The trace that a request belongs to: 32 hex digits. */
    public static String traceOf(ServletRequest request) {
        return attribute(request, TRACE_ID);
    }

    /** The id of the request that this thread serves, or a new one outside any request. */
    public static String current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes ? of(attributes.getRequest())
                : newId();
    }

    private static String attribute(ServletRequest request, String name) {
        if (request.getAttribute(name) instanceof String known) {
            return known;
        }
        String fresh = name.equals(TRACE_ID) ? newId().replace("-", "") : newId();
        request.setAttribute(name, fresh);
        return fresh;
    }

    private static String newId() {
        return UuidCreator.getTimeOrderedEpoch().toString();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String given = request.getHeader(HEADER);
        if (given != null && ACCEPTABLE.matcher(given).matches()) {
            request.setAttribute(REQUEST_ID, given);
        }
        String parent = request.getHeader("traceparent");
        if (parent != null) {
            Matcher matcher = TRACE_PARENT.matcher(parent.toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                request.setAttribute(TRACE_ID, matcher.group(1));
            }
        }
        response.setHeader(HEADER, of(request));
        try (MDC.MDCCloseable id = MDC.putCloseable("request_id", of(request))) {
            chain.doFilter(request, response);
        }
    }
}
