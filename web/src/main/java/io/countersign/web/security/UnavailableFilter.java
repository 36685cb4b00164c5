package io.countersign.web.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.ViewResolver;

/**
 * Says 503 where the database is needed before any controller is: sessions live in it. The usual way, a second round to the error page, would
 * ask for the session again.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class UnavailableFilter extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(UnavailableFilter.class);
    private static final String PAGE = "error/503";
    private static final String SENTENCE = "Nothing can be decided or recorded right now, so nothing is allowed. Ask again in a moment.";

    private final SecurityProblems problems;
    private final ViewResolver views;

    UnavailableFilter(SecurityProblems problems, @Qualifier("thymeleafViewResolver") ViewResolver views) {
        this.problems = problems;
        this.views = views;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (ServletException | RuntimeException failure) {
            if (response.isCommitted() || !isUnreachable(failure)) {
                throw failure;
            }
            LOG.warn("{} {} could not be served: {}", request.getMethod(), request.getRequestURI(), failure.getMessage());
            response.reset();
            unavailable(request, response);
        }
    }

    private void unavailable(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        response.setHeader(RequestIds.HEADER, RequestIds.of(request));
        response.setHeader(HttpHeaders.RETRY_AFTER, "5");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (request.getRequestURI().startsWith("/api/") || request.getRequestURI().startsWith("/v1/")) {
            problems.write(request, response, HttpStatus.SERVICE_UNAVAILABLE, "approval_system_unavailable", SENTENCE);
            return;
        }
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
        response.setContentType(MediaType.TEXT_HTML_VALUE + ";charset=UTF-8");
        response.setHeader("Content-Security-Policy", SecurityConfiguration.STRICT_POLICY);
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("X-Content-Type-Options", "nosniff");
        try {
            View page = views.resolveViewName(PAGE, Locale.ENGLISH);
            if (page != null) {
                page.render(Map.of(), request, response);
            }
        } catch (IOException | ServletException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException("The page that says that nothing works does not work", e);
        }
    }

    private static boolean isUnreachable(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).anyMatch(cause ->
                cause instanceof DataAccessResourceFailureException || cause instanceof TransientDataAccessException
                        || cause instanceof CannotCreateTransactionException);
    }
}
