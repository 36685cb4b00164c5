package io.countersign.web.explain;

import io.countersign.query.proof.api.Proofs.Evidence;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/** A proof for people: one page that needs neither network nor script. */
final class ProofPage {

    static final String CLAIM = "This shows what Countersign recorded about one action, in which order, and that the record was not changed since "
            + "the checkpoint below was signed. It does not show that the action was right or safe, nor that anything happened outside the record.";

    private static final String STYLE = "body{font:16px/1.55 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#191b20;"
            + "background:#fff}h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.05rem;margin:2rem 0 .5rem}table{border-collapse:collapse;width:100%;"
            + "font-size:.875rem}td,th{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #e4e5e9;vertical-align:top}"
            + "pre{background:#f5f5f7;padding:.75rem;overflow:auto;font-size:.8125rem;white-space:pre-wrap;overflow-wrap:anywhere}"
            + "code,.m{font-family:ui-monospace,monospace;font-size:.8125rem;overflow-wrap:anywhere}.c{border-left:3px solid #8a6d00;padding-left:.75rem}";

    private ProofPage() {}

    static String of(Explanation told, Evidence evidence, @Nullable String params, Function<String, String> names) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                + "content=\"width=device-width\"><title>Proof of action ").append(safe(told.actionId())).append("</title><style>").append(STYLE)
                .append("</style></head><body>\n<h1>").append(safe(told.summary())).append("</h1>\n<p class=\"c\">").append(safe(CLAIM)).append("</p>\n");
        page.append("<h2>What was asked for</h2><table>");
        row(page, "Action", told.actionId());
        row(page, "Type", told.actionType());
        row(page, "Asked by", names.apply(told.agentId()) + " (" + told.agentId() + ")");
        row(page, "At", told.submittedAt().toString());
        row(page, "Stands at", told.status());
        page.append("</table><pre>").append(safe(params == null ? "erased" : params)).append("</pre>\n");
        page.append("<h2>What the rules said: ").append(safe(told.policyResult().status())).append("</h2><table>");
        told.policyResult().trace().forEach(step -> row(page, step.step() + ": " + step.result(), step.detail()));
        page.append("</table>\n");
        if (told.approval() != null) {
            page.append("<h2>What people said</h2><table>");
            told.approval().votes().forEach(vote -> row(page, names.apply(vote.by()) + " " + vote.word() + ", " + vote.at(),
                    (vote.comment() == null ? "" : "\"" + vote.comment() + "\" ")
                            + (vote.payloadDigest() == null ? "" : "having seen " + vote.payloadDigest())));
            page.append("</table>\n");
        }
        page.append("<h2>What is on record</h2><table>");
        told.auditTrail().forEach(event -> row(page, "#" + event.sequenceNumber() + " " + event.timestamp(),
                event.event() + " by " + names.apply(event.metadata().getOrDefault("actor", "the gateway")) + "\n" + event.entryHash()));
        page.append("</table>\n<h2>What it is signed with</h2><pre>").append(safe(evidence.checkpoint())).append("</pre><pre>")
                .append(safe(String.join("\n", evidence.keys()))).append("</pre>\n<h2>How to check it</h2><p>This page proves nothing by itself. Run "
                        + "<code>node verify.mjs FILE</code> on the pack it came in; the program and the format are part of Countersign's documentation. "
                        + "Compare the key with the one you were given by other means, and name it with <code>--key</code>.</p>\n</body></html>\n");
        return page.toString();
    }

    private static void row(StringBuilder page, String left, String right) {
        page.append("<tr><td>").append(safe(left)).append("</td><td class=\"m\">").append(safe(right)).append("</td></tr>");
    }

    /** Text as text. What cannot be seen but changes how text reads is shown as its number. */
    private static String safe(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(point -> {
            boolean hidden = Character.getType(point) == Character.FORMAT || Character.isISOControl(point) && point != '\n' && point != '\t';
            shown.append(hidden ? "[U+%04X]".formatted(point) : Character.toString(point));
        });
        return HtmlUtils.htmlEscape(shown.toString(), "UTF-8");
    }
}
