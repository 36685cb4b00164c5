package io.countersign.executors.jira;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Rollback;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.OutboundClient;
import io.countersign.executors.outbound.Reply;
import io.countersign.executors.outbound.Reply.Answered;
import io.countersign.executors.outbound.Reply.Cause;
import io.countersign.executors.outbound.Reply.NoAnswer;
import io.countersign.executors.outbound.Reply.NotSent;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates an issue that carries the action's id in a label, so that it can be found again when no answer came back, and closes it when the
 * action is to be undone.
 */
@Component
class JiraExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern ISSUE_KEY = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,60}-[0-9]{1,15}");
    private static final String CLOSED = "Closed";
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT_HERE = Duration.ofSeconds(10);
    // Jira's search learns of a new issue a little later than its reader is told of it.
    private static final Duration SEARCH_LAG = Duration.ofSeconds(3);

    private final OutboundClient client;
    private final Environment environment;

    JiraExecutor(OutboundClient client, Environment environment) {
        this.client = client;
        this.environment = environment;
    }

    @Override
    public String actionType() {
        return JiraCreate.NAME;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        var params = JSON.readTree(attempt.params());
        var missing = JiraSite.missing(environment);
        if (!missing.isEmpty()) {
            return isDemo() ? captured(attempt, params) : secretMissing(missing);
        }
        var project = params.path("project").asString(JiraSite.setting(environment, "JIRA_DEFAULT_PROJECT"));
        if (project.isEmpty()) {
            return new Failed("project_missing", "The request names no project and JIRA_DEFAULT_PROJECT is not set.", null);
        }
        var site = new JiraSite(environment, client, Deadline.before(attempt, timeLeft));
        var reply = withPatience(site, "/rest/api/3/issue", issue(attempt, params, project));
        return switch (reply) {
            case NotSent notSent -> notSent(notSent);
            case NoAnswer noAnswer -> maybeCreated(site, attempt, noAnswer.cause() == Cause.TIME_UP ? "timeout" : "no_answer", noAnswer.why());
            case Answered answer when answer.successful() -> {
                var created = JiraSite.json(answer).flatMap(body -> created(site, body, false));
                yield created.isPresent() ? created.get()
                        : maybeCreated(site, attempt, "answer_unreadable", "Jira answered " + answer.status() + " without an issue key.");
            }
            case Answered answer when answer.status() >= 500 -> maybeCreated(site, attempt, "http_5xx", site.error(answer));
            case Answered answer -> new Failed("http_" + answer.status() / 100 + "xx", site.error(answer), null);
        };
    }

    @Override
    public Optional<ExecutionOutcome> lookUp(Attempt attempt, Duration timeLeft) throws InterruptedException {
        var missing = JiraSite.missing(environment);
        if (!missing.isEmpty()) {
            return isDemo() ? Optional.empty()
                    : Optional.of(new Unknown("secret_missing", String.join(", ", missing) + " not set: Jira cannot be asked."));
        }
        var site = new JiraSite(environment, client, Deadline.before(attempt, timeLeft));
        var found = find(site, attempt);
        if (found.isEmpty() && site.deadline().pause(SEARCH_LAG)) {
            found = find(site, attempt);
        }
        return found;
    }

    @Override
    public ExecutionOutcome rollBack(Attempt attempt, Duration timeLeft) throws InterruptedException {
        var rollback = attempt.rollback();
        if (rollback == null || !rollback.method().equals("transition")) {
            return new Failed("not_reversible", "The action recorded no way back that Jira knows.", null);
        }
        var way = JSON.readTree(rollback.params());
        var key = way.path("issueKey").asString("");
        var target = way.path("targetStatus").asString(CLOSED);
        if (!ISSUE_KEY.matcher(key).matches()) {
            return new Failed("not_reversible", "The recorded way back names no issue.", null);
        }
        if (way.path("captured").asBoolean(false)) {
            return new Succeeded(JSON.createObjectNode().put("captured", true).put("key", key).put("status", target).toString(), null, true, false);
        }
        var missing = JiraSite.missing(environment);
        if (!missing.isEmpty()) {
            return secretMissing(missing);
        }
        return close(new JiraSite(environment, client, Deadline.before(attempt, timeLeft)), key, target);
    }

    private ExecutionOutcome close(JiraSite site, String key, String target) throws InterruptedException {
        var path = "/rest/api/3/issue/" + key + "/transitions";
        var transitions = site.get(path);
        if (!(transitions instanceof Answered answer) || !answer.successful()) {
            return notClosed(site, key, transitions);
        }
        var offered = JiraSite.json(answer).map(body -> body.path("transitions"));
        if (offered.isEmpty() || !offered.get().isArray()) {
            return new Failed("answer_unreadable", "Jira did not list the transitions of " + key + ".", null);
        }
        var transition = transitionTo(offered.get(), target);
        if (transition.isEmpty()) {
            return isIn(site, key, target) ? closed(site, key, target, true)
                    : new Failed("no_transition", site.masking().sentence("Jira offers no transition of " + key + " to " + target + ". "
                            + offers(offered.get())), null);
        }
        var body = JSON.createObjectNode();
        body.putObject("transition").put("id", transition.get());
        var reply = site.post(path, body);
        if (reply instanceof Answered conflict && conflict.status() == 409 && site.deadline().pause(PAUSE)) {
            reply = site.post(path, body);
        }
        if (reply instanceof Answered done && done.successful()) {
            return closed(site, key, target, false);
        }
        var uncertain = reply instanceof NoAnswer || reply instanceof Answered trouble && (trouble.status() >= 500 || trouble.status() == 409);
        return uncertain && isIn(site, key, target) ? closed(site, key, target, true) : notClosed(site, key, reply);
    }

    /** The transition whose target, or else whose own name, is the wanted status, in whatever case. */
    private static Optional<String> transitionTo(JsonNode transitions, String target) {
        return transitions.valueStream().filter(it -> it.path("to").path("name").asString("").equalsIgnoreCase(target)).findFirst()
                .or(() -> transitions.valueStream().filter(it -> it.path("name").asString("").equalsIgnoreCase(target)).findFirst())
                .map(it -> it.path("id").asString(""))
                .filter(id -> !id.isEmpty());
    }

    private static String offers(JsonNode transitions) {
        var names = transitions.valueStream().map(it -> it.path("name").asString("")).filter(name -> !name.isBlank()).toList();
        return names.isEmpty() ? "It offers none." : "It offers " + String.join(", ", names) + ".";
    }

    private static boolean isIn(JiraSite site, String key, String status) throws InterruptedException {
        return site.get("/rest/api/3/issue/" + key + "?fields=status") instanceof Answered answer
                && answer.successful()
                && JiraSite.json(answer)
                        .map(issue -> issue.path("fields").path("status").path("name").asString("").equalsIgnoreCase(status))
                        .orElse(false);
    }

    private static ExecutionOutcome closed(JiraSite site, String key, String status, boolean already) {
        var output = JSON.createObjectNode().put("key", key).put("status", status).put("url", site.link(key));
        if (already) {
            output.put("already", true);
        }
        return new Succeeded(site.masking().output(output), null, false, false);
    }

    private static ExecutionOutcome notClosed(JiraSite site, String key, Reply reply) {
        return switch (reply) {
            case NotSent notSent -> notSent(notSent);
            case NoAnswer noAnswer -> new Unknown(noAnswer.cause() == Cause.TIME_UP ? "timeout" : "no_answer", noAnswer.why());
            case Answered answer when answer.status() == 404 ->
                new Failed("not_found", "Jira knows no issue " + key + ", or does not show it to us.", null);
            case Answered answer when answer.status() == 409 ->
                new Failed("conflict", "Jira is changing " + key + " at the same time: " + site.error(answer), null);
            case Answered answer when answer.status() >= 500 -> new Unknown("http_5xx", site.error(answer));
            case Answered answer -> new Failed("http_" + answer.status() / 100 + "xx", site.error(answer), null);
        };
    }

    /** Repeats only what is known not to have arrived or to have been turned away for its number. */
    private static Reply withPatience(JiraSite site, String path, JsonNode body) throws InterruptedException {
        var reply = site.post(path, body);
        for (var tries = 1; tries < TRIES; tries++) {
            var pause = switch (reply) {
                case NotSent notSent when notSent.cause() == Cause.CONNECTION -> PAUSE;
                case Answered answer when answer.status() == 429 -> answer.retryAfter(Duration.ofSeconds(1));
                default -> Duration.ZERO;
            };
            if (pause.isZero() || pause.compareTo(LONGEST_WAIT_HERE) > 0 || !site.deadline().pause(pause)) {
                return reply;
            }
            reply = site.post(path, body);
        }
        return reply;
    }

    private static ExecutionOutcome maybeCreated(JiraSite site, Attempt attempt, String errorClass, String why) throws InterruptedException {
        if (!site.deadline().passed() && find(site, attempt).orElse(null) instanceof Succeeded found) {
            return found;
        }
        return new Unknown(errorClass, site.masking().sentence(why + " The issue may exist; its label would be " + label(attempt) + "."));
    }

    private static Optional<ExecutionOutcome> find(JiraSite site, Attempt attempt) throws InterruptedException {
        var jql = "labels = \"" + label(attempt) + "\" ORDER BY created ASC";
        var reply = site.get("/rest/api/3/search/jql?fields=labels&maxResults=10&jql=" + URLEncoder.encode(jql, StandardCharsets.UTF_8));
        if (reply instanceof Answered answer && answer.successful()) {
            var issues = JiraSite.json(answer).map(body -> body.path("issues")).filter(JsonNode::isArray);
            if (issues.isPresent()) {
                return issues.get().valueStream()
                        .filter(issue -> issue.path("fields").path("labels").valueStream()
                                .anyMatch(label -> label.asString("").equalsIgnoreCase(label(attempt))))
                        .findFirst()
                        .map(issue -> created(site, issue, true)
                                .orElseGet(() -> new Unknown("lookup_failed", "Jira found an issue without a key that can be read.")));
            }
        }
        var why = switch (reply) {
            case Answered answer when answer.successful() -> "the answer is no search result.";
            case Answered answer -> site.error(answer);
            case NotSent notSent -> notSent.why();
            case NoAnswer noAnswer -> noAnswer.why();
        };
        return Optional.of(new Unknown("lookup_failed", site.masking().sentence("Jira could not be asked for the issue: " + why)));
    }

    private static Optional<ExecutionOutcome> created(JiraSite site, JsonNode issue, boolean lookedUp) {
        var key = issue.path("key").asString("");
        if (!ISSUE_KEY.matcher(key).matches()) {
            return Optional.empty();
        }
        var output = JSON.createObjectNode().put("key", key).put("id", issue.path("id").asString("")).put("url", site.link(key));
        if (lookedUp) {
            output.put("looked_up", true);
        }
        return Optional.of(new Succeeded(site.masking().output(output), wayBack(key, false), false, false));
    }

    private static ExecutionOutcome captured(Attempt attempt, JsonNode params) {
        var digest = new CRC32();
        digest.update(attempt.actionId().getBytes(StandardCharsets.UTF_8));
        var key = "CAPTURED-" + (digest.getValue() % 1_000_000 + 1);
        var rendered = JSON.createObjectNode().put("captured", true).put("key", key)
                .put("project", params.path("project").asString("(default)"))
                .put("summary", params.path("summary").asString())
                .put("description", params.path("description").asString());
        rendered.set("labels", labels(attempt, params));
        return new Succeeded(Masking.of(List.of()).output(rendered), wayBack(key, true), true, false);
    }

    private static Rollback wayBack(String key, boolean captured) {
        var params = JSON.createObjectNode().put("issueKey", key).put("targetStatus", CLOSED);
        if (captured) {
            params.put("captured", true);
        }
        return new Rollback("transition", params.toString());
    }

    private static ObjectNode issue(Attempt attempt, JsonNode params, String project) {
        var issue = JSON.createObjectNode();
        var fields = issue.putObject("fields");
        fields.putObject("project").put("key", project);
        fields.put("summary", params.path("summary").asString());
        fields.putObject("issuetype").put("name", "Task");
        fields.set("description", Adf.document(params.path("description").asString("")));
        fields.set("labels", labels(attempt, params));
        return issue;
    }

    private static JsonNode labels(Attempt attempt, JsonNode params) {
        var labels = JSON.createArrayNode();
        params.path("labels").forEach(label -> labels.add(label.asString()));
        return labels.add(label(attempt));
    }

    private static String label(Attempt attempt) {
        return JiraCreate.OUR_LABEL + attempt.actionId();
    }

    private static ExecutionOutcome notSent(NotSent notSent) {
        return switch (notSent.cause()) {
            case TIME_UP -> new TimedOut(notSent.why());
            case ADDRESS_REFUSED -> new Failed("address_refused", notSent.why(), null);
            case CONNECTION -> new Failed("not_reached", notSent.why(), null);
        };
    }

    private static ExecutionOutcome secretMissing(List<String> missing) {
        return new Failed("secret_missing", String.join(", ", missing) + (missing.size() == 1 ? " is" : " are") + " not set.", null);
    }

    private boolean isDemo() {
        return environment.getProperty("countersign.demo", Boolean.class, false);
    }
}
