package io.countersign.web.admin;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.web.security.AccessLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Sends a person's commands and says in words what came of them. */
@Component
class Desk {

    private final CommandGateway gateway;
    private final AccessLog access;

    Desk(CommandGateway gateway, AccessLog access) {
        this.gateway = gateway;
        this.access = access;
    }

    /** Sends and waits. Throws {@link Refused} as the aggregate threw it. */
    <T> T send(Object command) {
        try {
            return gateway.sendAndWait(command);
        } catch (Refused refused) {
            access.refused(refused.code().code(), "console " + command.getClass().getSimpleName(), null);
            throw refused;
        }
    }

    /** Sends; a refusal becomes a sentence for the next page. Answers whether it went through. */
    boolean tell(RedirectAttributes next, Object command, String done, Words words) {
        try {
            send(command);
            Notice.ok(next, done);
            return true;
        } catch (Refused refused) {
            Notice.warn(next, sentence(refused, words));
            return false;
        }
    }

    /** Sends what a form says; a refusal becomes what is wrong with the form. */
    Form tell(RedirectAttributes next, Form form, Object command, String done, Function<String, Form.@Nullable Field> fields) {
        try {
            send(command);
            Notice.ok(next, done);
            return form;
        } catch (Refused refused) {
            return form.refused(refused, fields);
        }
    }

    /** Why not, and how things stand now: never a bare code. */
    static String sentence(Refused refused, Words words) {
        if (refused.code() == RefusalCode.ALREADY_RESOLVED && ActionStatus.BLOCKED.wire().equals(refused.details().get("current_status"))) {
            return refused.getMessage();
        }
        if (refused.code() == RefusalCode.ALREADY_RESOLVED || refused.code() == RefusalCode.EXPIRED) {
            var status = refused.details().get("current_status");
            var by = refused.details().get("decided_by");
            var now = status == null ? "" : " It is now: " + words.statusNamed(status.toString()).word().toLowerCase(Locale.ROOT) + ".";
            return refused.code() == RefusalCode.EXPIRED ? "Too late: the deadline passed before your answer." + now
                    : "Somebody was faster: " + (by == null ? "it is already decided" : "decided by " + words.who(by.toString())) + "." + now;
        }
        if (refused.code() == RefusalCode.STALE_VIEW) {
            return "Not done: there is more to see than you were shown. Read it again and decide.";
        }
        return refused.getMessage();
    }

    /** What became of each of several. */
    record Tally(int done, List<String> notDone) {}

    /** One command each, exactly as if decided one by one. */
    Tally each(List<String> ids, Function<String, Object> command, Function<String, @Nullable String> titles, Words words) {
        var done = 0;
        var notDone = new ArrayList<String>();
        for (var id : ids) {
            try {
                send(command.apply(id));
                done++;
            } catch (Refused refused) {
                var title = titles.apply(id);
                notDone.add((title == null ? id : title) + ": " + sentence(refused, words));
            }
        }
        return new Tally(done, List.copyOf(notDone));
    }
}
