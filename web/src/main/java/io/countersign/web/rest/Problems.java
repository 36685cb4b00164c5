package io.countersign.web.rest;

import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import io.countersign.query.action.api.Actions;
import io.countersign.query.proof.api.TreeBroken;
import io.countersign.web.security.RequestIds;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells what went wrong on {@code /api} and {@code /v1} as RFC 9457 problems. One table maps each reason to one status; what is not in it
 * says nothing about our insides. A resolver rather than advice, because unknown paths and methods have no controller to advise.
 */
@Component
final class Problems implements HandlerExceptionResolver, Ordered {

    static final String TYPE = "urn:countersign:problem:";
    private static final String UNAVAILABLE = "Nothing can be decided or recorded right now, so nothing is allowed. Ask again in a moment.";
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final JsonMapper json;

    Problems(JsonMapper json) {
        this.json = json;
    }

    /** The one table from reason to status. */
    static HttpStatus status(RefusalCode code) {
        return switch (code) {
            case VALIDATION_ERROR, INVALID_DECISION -> HttpStatus.BAD_REQUEST;
            case FORBIDDEN, INSUFFICIENT_ROLE, SEPARATION_OF_DUTIES, COOLING_OFF, CONFIRMATION_REQUIRED, BUILT_IN, BLOCKED -> HttpStatus.FORBIDDEN;
            case NOT_FOUND, ACTION_UNKNOWN -> HttpStatus.NOT_FOUND;
            case ALREADY_RESOLVED, NOT_CANCELLABLE, NOT_REVERSIBLE, ROLLBACK_CONFLICT, NOT_RESOLVABLE, STALE_VIEW, STALE_VERSION, NAME_EXISTS ->
                    HttpStatus.CONFLICT;
            case EXPIRED -> HttpStatus.GONE;
            case PAYLOAD_TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case IDEMPOTENCY_CONFLICT, UNSUPPORTED -> HttpStatus.UNPROCESSABLE_CONTENT;
            case FROZEN -> HttpStatus.LOCKED;
            case RATE_LIMITED -> HttpStatus.TOO_MANY_REQUESTS;
            case APPROVAL_SYSTEM_UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response, @Nullable Object handler,
            Exception failure) {
        if (!isOurs(request.getRequestURI()) || response.isCommitted()) {
            return null;
        }
        try {
            write(request, response, request.getRequestURI(), problem(failure));
            return new ModelAndView();
        } catch (IOException e) {
            LOG.debug("The caller has gone before the answer.", e);
            return new ModelAndView();
        }
    }

    static boolean isOurs(String path) {
        return path.startsWith("/api/") || path.startsWith("/v1/") || path.equals("/api") || path.equals("/v1");
    }

    record Problem(HttpStatus status, String code, String message, Map<String, Object> details, HttpHeaders headers) {
        Problem(HttpStatus status, String code, String message) {
            this(status, code, message, Map.of(), HttpHeaders.EMPTY);
        }
    }

    static Problem problem(Exception failure) {
        var refused = cause(failure, Refused.class);
        if (refused != null) {
            return new Problem(status(refused.code()), refused.code().code(), sentence(refused), refused.details(), HttpHeaders.EMPTY);
        }
        if (cause(failure, AggregateNotFoundException.class) != null) {
            return new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such action.");
        }
        if (cause(failure, Actions.Lagging.class) != null) {
            return new Problem(HttpStatus.SERVICE_UNAVAILABLE, "projection_lagging",
                    "The views are behind the log and did not catch up in time. Ask again in a moment.");
        }
        if (cause(failure, TreeBroken.class) != null) {
            return new Problem(HttpStatus.SERVICE_UNAVAILABLE, "proof_unavailable",
                    "The proof tree does not fit the log, so nothing can be proved. Look at the health page, and check the log.");
        }
        if (isUnreachable(failure)) {
            LOG.warn("The store cannot be reached: {}", failure.toString());
            return new Problem(HttpStatus.SERVICE_UNAVAILABLE, "approval_system_unavailable", UNAVAILABLE);
        }
        if (failure instanceof MissingServletRequestParameterException missing) {
            return new Problem(HttpStatus.BAD_REQUEST, "validation_error", missing.getParameterName() + " is required.");
        }
        if (failure instanceof InvalidParameterException) {
            return new Problem(HttpStatus.BAD_REQUEST, "validation_error", "The query of the address is malformed.");
        }
        if (failure instanceof TypeMismatchException mismatch) {
            return new Problem(HttpStatus.BAD_REQUEST, "validation_error",
                    (mismatch.getPropertyName() == null ? "A parameter" : mismatch.getPropertyName()) + " is malformed.");
        }
        if (failure instanceof ErrorResponse known && !known.getStatusCode().is5xxServerError()) {
            return of(known.getStatusCode().value(), known.getHeaders());
        }
        LOG.error("An unexpected failure.", failure);
        return of(HttpStatus.INTERNAL_SERVER_ERROR.value(), HttpHeaders.EMPTY);
    }

    /** What a status says that the framework or the server chose. */
    static Problem of(int statusCode, HttpHeaders headers) {
        var status = HttpStatus.resolve(statusCode) == null ? HttpStatus.INTERNAL_SERVER_ERROR : HttpStatus.valueOf(statusCode);
        return switch (status) {
            case UNAUTHORIZED -> new Problem(status, "unauthenticated", "There are no valid credentials.");
            case FORBIDDEN -> new Problem(status, "forbidden", "The caller may not do this.");
            case NOT_FOUND -> new Problem(status, "not_found", "There is nothing at this address.");
            case METHOD_NOT_ALLOWED -> new Problem(status, "method_not_allowed", "This address does not take that method.", Map.of(), headers);
            case NOT_ACCEPTABLE -> new Problem(status, "not_acceptable", "The answer is application/json; the Accept header rules it out.",
                    Map.of(), headers);
            case UNSUPPORTED_MEDIA_TYPE -> new Problem(status, "unsupported_media_type", "The body must be sent as application/json in UTF-8.",
                    Map.of(), headers);
            case CONTENT_TOO_LARGE -> new Problem(status, "payload_too_large", "The request is larger than allowed.");
            case SERVICE_UNAVAILABLE -> new Problem(status, "approval_system_unavailable", UNAVAILABLE);
            default -> status.is4xxClientError() ? new Problem(status, "validation_error", "The request is malformed.")
                    : new Problem(HttpStatus.INTERNAL_SERVER_ERROR, "internal_error",
                            "Something went wrong on our side. Name the request id when you report it.");
        };
    }

    void write(HttpServletRequest request, HttpServletResponse response, String path, Problem problem) throws IOException {
        problem.headers().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        if (problem.details().get("retry_after") instanceof Number seconds) {
            response.setHeader(HttpHeaders.RETRY_AFTER, seconds.toString());
        } else if (problem.status() == HttpStatus.SERVICE_UNAVAILABLE) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        response.setStatus(problem.status().value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.getOutputStream().write(json.writeValueAsBytes(body(request, path, problem)));
    }

    static Map<String, Object> body(HttpServletRequest request, String path, Problem problem) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", TYPE + problem.code());
        body.put("title", title(problem.code()));
        body.put("status", problem.status().value());
        body.put("detail", problem.message());
        body.put("instance", path);
        body.put("code", problem.code());
        body.put("error", problem.code());
        body.put("message", problem.message());
        body.put("requestId", RequestIds.of(request));
        problem.details().forEach(body::putIfAbsent);
        return body;
    }

    private static String title(String code) {
        return code.substring(0, 1).toUpperCase(Locale.ROOT) + code.substring(1).replace('_', ' ');
    }

    private static String sentence(Refused refused) {
        var message = refused.getMessage();
        return message == null ? title(refused.code().code()) : message;
    }

    private static boolean isUnreachable(Throwable failure) {
        for (var e = failure; e != null; e = e.getCause()) {
            if (e instanceof DataAccessResourceFailureException || e instanceof TransientDataAccessException
                    || e instanceof RecoverableDataAccessException || e instanceof CannotCreateTransactionException
                    || e instanceof EventStoreException || e instanceof ConcurrencyException || e instanceof TimeoutException
                    || e instanceof SQLException sql && isConnectionTrouble(sql)) {
                return true;
            }
        }
        return false;
    }

    /** Classes 08 (connection), 53 (resources) and 57P (shutdown). */
    private static boolean isConnectionTrouble(SQLException e) {
        var state = e.getSQLState();
        return e instanceof java.sql.SQLTransientException || e instanceof java.sql.SQLRecoverableException
                || state != null && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P"));
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        for (var e = failure; e != null; e = e.getCause()) {
            if (type.isInstance(e)) {
                return type.cast(e);
            }
        }
        return null;
    }
}
