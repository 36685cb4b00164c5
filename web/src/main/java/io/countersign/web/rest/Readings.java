package io.countersign.web.rest;

import io.countersign.query.action.api.Actions;
import io.countersign.web.security.AccessLog;
import io.countersign.web.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Has it noted, before it is answered, that a person opens what was asked for or takes the log elsewhere. */
@Component
final class Readings implements HandlerInterceptor {

    private static final Map<String, String> OPENING = Map.of(
            ActionBody.PATH + "/{id}", "opened", "/v1/actions/{id}", "opened",
            ActionBody.PATH + "/{id}/explain", "explained", "/v1/actions/{id}/explain", "explained",
            ActionBody.PATH + "/{id}/proof", "proved", "/admin/actions/{id}/proof", "proved",
            "/admin/actions/{id}/preview", "opened");
    private static final Map<String, String> EXPORTING = Map.of(
            "/api/v1/audit/bundle", "bundle", "/admin/audit/bundle", "bundle", "/api/v1/audit/export", "audit", "/admin/audit/export", "audit");

    private final Actions actions;
    private final AccessLog access;

    Readings(Actions actions, AccessLog access) {
        this.actions = actions;
        this.access = access;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        var caller = Caller.current().filter(it -> !it.isAgent()).orElse(null);
        if (caller != null && request.getMethod().equals("GET")
                && request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern) {
            var how = OPENING.get(pattern);
            if (how != null && request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                    && variables.get("id") instanceof String id && actions.byId(caller.toReader(), id).isPresent()) {
                access.reads(caller, id, how);
            }
            var what = EXPORTING.get(pattern);
            if (what != null) {
                access.exports(caller, what);
            }
        }
        return true;
    }
}
