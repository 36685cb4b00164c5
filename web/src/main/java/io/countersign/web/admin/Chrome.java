package io.countersign.web.admin;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.execpolicy.api.ExecPolicies;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.resource.ResourceUrlProvider;

/** What every page of the console carries around its content. */
@ControllerAdvice(basePackageClasses = Chrome.class)
class Chrome {

    private final Clock clock;
    private final Principals principals;
    private final Actions actions;
    private final Switches switches;
    private final ExecPolicies execPolicies;
    private final ResourceUrlProvider resources;

    Chrome(Clock clock, Principals principals, Actions actions, Switches switches, ExecPolicies execPolicies,
            @Qualifier("mvcResourceUrlProvider") ResourceUrlProvider resources) {
        this.clock = clock;
        this.principals = principals;
        this.actions = actions;
        this.switches = switches;
        this.execPolicies = execPolicies;
        this.resources = resources;
    }

    @ModelAttribute
    Words words(@CookieValue(name = "tz", required = false) @Nullable String zone) {
        return new Words(clock.instant(), zoneOf(zone), principals);
    }

    @ModelAttribute
    void frame(Model model, @AuthenticationPrincipal @Nullable Caller caller,
            @CookieValue(name = "theme", required = false) @Nullable String theme,
            @CookieValue(name = "keys", required = false) @Nullable String keys, HttpServletRequest request) {
        model.addAttribute("sprite", resources.getForLookupPath("/assets/icons.svg"));
        model.addAttribute("back", request.getRequestURI() + (request.getQueryString() == null ? "" : "?" + request.getQueryString()));
        model.addAttribute("theme", "light".equals(theme) || "dark".equals(theme) ? theme : null);
        model.addAttribute("keys", !"off".equals(keys));
        model.addAttribute("form", Form.UNTOUCHED);
        if (caller != null) {
            model.addAttribute("caller", caller);
            model.addAttribute("admin", caller.atLeast(Role.ADMIN));
            model.addAttribute("thrown", switches.thrown(caller.workspace()));
            model.addAttribute("approvalsOff", !execPolicies.of(caller.workspace()).approvalsEnabled());
            var counts = actions.counts(caller.toReader());
            model.addAttribute("waiting", counts.getOrDefault(ActionStatus.PENDING, 0L) + counts.getOrDefault(ActionStatus.STALE, 0L));
            model.addAttribute("unknown", counts.getOrDefault(ActionStatus.OUTCOME_UNKNOWN, 0L));
        }
    }

    private static ZoneId zoneOf(@Nullable String name) {
        try {
            return name == null || name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException unknown) {
            return ZoneOffset.UTC;
        }
    }
}
