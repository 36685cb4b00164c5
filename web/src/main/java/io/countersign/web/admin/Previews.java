package io.countersign.web.admin;

import io.countersign.command.budget.api.Budgets;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Money;
import io.countersign.command.execpolicy.api.Clearance;
import io.countersign.command.preview.api.Lookout.Change;
import io.countersign.command.preview.api.Lookout.Subject;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.StatementReader;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.backtest.api.RecordedFacts;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Turns the stored bytes of an action into what a person can judge. Works on those bytes alone, never on what the agent says of them. */
@Component
class Previews {

    private static final Pattern TARGET = Pattern.compile("(?s)([a-zA-Z][a-zA-Z0-9+.-]*:/*(?:[^/@?#]*@)?)([^/:?#]+)(.*)");
    private static final Pattern ADDRESS = Pattern.compile("(?i)\\bhttps?://[^\\s<>\"')\\]|]+");
    private static final Pattern HOST_IN_ADDRESS = Pattern.compile("(?i)\\b[a-z][a-z0-9+.-]*://(?:[^/@?#\\s]*@)?([^/:?#\\s\"'<>]+)");
    private static final Pattern HOST_OF_MAIL = Pattern.compile("[^\\s@<>,;:\"']+@([\\p{L}\\p{N}.-]+\\.\\p{L}{2,})");
    private static final Pattern SECRET = Pattern.compile("(?i)authorization|cookie|token|secret|api-?key|password|signature");
    private static final int SHOWN_LINES = 60;
    private static final int MOST_LINKS = 20;
    private static final Pattern HOST_IN_TEXT = Pattern.compile("(?i)(?:https?://)?((?:[\\p{L}\\p{N}-]+\\.)+\\p{L}{2,})(?:[/:?#]|$|\\s)");

    private final ObjectMapper json = JsonMapper.builder().build();
    private final Principals principals;
    private final ActionTypes types;
    private final StatementReader statements;
    private final RecordedFacts recorded;
    private final Sights sights;
    private final Clearance clearance;
    private final Budgets budgets;
    private final Environment settings;
    private final Clock clock;

    Previews(Principals principals, ActionTypes types, StatementReader statements, RecordedFacts recorded, Sights sights, Clearance clearance,
            Budgets budgets, Environment settings, Clock clock) {
        this.principals = principals;
        this.types = types;
        this.statements = statements;
        this.recorded = recorded;
        this.sights = sights;
        this.clearance = clearance;
        this.budgets = budgets;
        this.settings = settings;
        this.clock = clock;
    }

    /** What was asked for, with all that the entry of the catalogue fixes. */
    private record Asked(ActionRow row, @Nullable ActionType type, JsonNode params, Map<String, String> config) {

        String text(String field) {
            return params.path(field).isString() ? params.path(field).asString("") : params.path(field).isMissingNode() ? "" : params.path(field).toString();
        }

        /** What counts when this is not given; empty when its schema does not say. */
        String usual(String field) {
            return type == null ? "" : JsonMapper.shared().readTree(type.parametersSchema()).path("properties").path(field).path("default").asString("");
        }

        @Nullable String textOrNull(String field) {
            return text(field).isEmpty() ? null : text(field);
        }

        /** Nothing was done yet, so how things stand now is how they stand before. */
        boolean isOpen() {
            return row.status().isDecidable() || row.status().isCancellable();
        }

        Subject subject() {
            return new Subject(row.workspace(), row.requestedBy(), row.actionType(), params.toString(), config);
        }
    }

    /** Never fails: what cannot be read as its type is shown field by field, and what is no JSON object as it stands. */
    Preview of(ActionRow row) {
        if (row.erased()) {
            return new Preview.Fields(List.of());
        }
        try {
            var asked = asked(row);
            return switch (row.actionType()) {
                case "email:send", "send_email" -> mail(row.workspace(), asked.params());
                case "jira:create" -> ticket(asked.params());
                case "github.create_issue" -> issue(asked, "new issue", asked.text("owner") + "/" + asked.text("repo"), "title", "body");
                case "github.comment" -> issue(asked, "comment", asked.text("owner") + "/" + asked.text("repo"), "number", "body");
                case "linear.create_issue" -> issue(asked, "new issue", "team " + asked.text("team_id"), "title", "description");
                case "linear.update_issue" -> issue(asked, "change of an issue", asked.text("id"), "title", "description");
                case "pagerduty.trigger_incident" -> issue(asked, "incident, " + asked.text("severity"), asked.text("source"), "summary", "dedup_key");
                case "slack.post_message", "slack_message" -> message(asked, "Slack", asked.textOrNull("channel"), null);
                case "discord_message" -> message(asked, "Discord", null, null);
                case "teams_message" -> message(asked, "Microsoft Teams", null, null);
                case "send_sms" -> message(asked, "Text message", asked.textOrNull("to"), asked.config().get("from"));
                case "sql:query", "db_query", "db_execute" -> sql(asked);
                case "exec:run", "shell_command" -> line(asked);
                case "payment:transfer" -> payment(asked);
                case "http_get", "http_post", "http_put", "http_patch", "http_delete", "webhook" -> http(asked);
                case String files when files.startsWith("file_") || files.startsWith("dir_") -> changes(asked, "file", "steps");
                case String git when git.startsWith("git_") -> changes(asked, "git", "Commits");
                default -> fields(asked.params());
            };
        } catch (JacksonException unreadable) {
            return new Preview.Fields(List.of(new Preview.Field("uninspectable", row.payload())));
        }
    }

    /** The HTML body of an e-mail; empty for anything else. */
    String body(ActionRow row) {
        return of(row) instanceof Preview.Mail mail ? mail.body() : "";
    }

    /** The line by which people would know it: a subject, a title. In the agent's words; null when the type has none. */
    @Nullable String gist(ActionRow row) {
        var field = switch (row.erased() ? "" : row.actionType()) {
            case "email:send", "send_email" -> "subject";
            case "jira:create", "pagerduty.trigger_incident" -> "summary";
            case "github.create_issue", "linear.create_issue", "linear.update_issue" -> "title";
            case "github.comment" -> "body";
            case "slack.post_message", "slack_message", "discord_message", "teams_message", "send_sms" -> "text";
            case "sql:query", "db_query", "db_execute" -> "sql";
            case "payment:transfer" -> "memo";
            case "git_tag" -> "message";
            default -> null;
        };
        return field == null ? null : text(tree(row.payload()), field);
    }

    private Asked asked(ActionRow row) {
        var sent = json.readTree(row.payload());
        var type = types.asAsked(row.workspace(), row.actionType(), row.terms()).orElse(null);
        return new Asked(row, type, type == null ? sent : type.effective(sent),
                type == null ? Map.of() : type.entry().map(entry -> entry.definition().config()).orElse(Map.of()));
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.path(field).isString() && !node.path(field).asString("").isBlank() ? node.path(field).asString("") : null;
    }

    /** The payload with line breaks and indentation, for reading alone. */
    String pretty(@Nullable String text) {
        if (text == null) {
            return "";
        }
        try {
            return json.writerWithDefaultPrettyPrinter().writeValueAsString(json.readTree(text));
        } catch (JacksonException unreadable) {
            return text;
        }
    }

    /** The document, or an empty object when there is none. */
    JsonNode tree(@Nullable String text) {
        try {
            return text == null ? json.createObjectNode() : json.readTree(text);
        } catch (JacksonException unreadable) {
            return json.createObjectNode();
        }
    }

    private Preview mail(String workspace, JsonNode params) {
        var sender = settings.getProperty("COUNTERSIGN_EMAIL_FROM");
        var own = principals.people(workspace).stream().map(Principal.Person::email).map(Previews::domain).collect(Collectors.toSet());
        if (sender != null) {
            own.add(domain(address(sender)));
        }
        var to = new ArrayList<Preview.Address>();
        var recipients = params.path("to");
        if (recipients.isArray()) {
            recipients.forEach(entry -> to.add(parsed(entry.asString(""), own)));
        } else {
            to.add(parsed(recipients.asString(""), own));
        }
        var body = params.path("body").asString("");
        var document = Jsoup.parse(body);
        return new Preview.Mail(sender == null ? null : parsed(address(sender), own), List.copyOf(to), params.path("subject").asString(""),
                body, text(document), links(document, own), remote(document));
    }

    private Preview ticket(JsonNode params) {
        var labels = new ArrayList<String>();
        params.path("labels").forEach(label -> labels.add(label.asString("")));
        var project = params.path("project").asString("");
        var description = params.hasNonNull("description") ? params.path("description").asString("") : null;
        return new Preview.Ticket("new ticket", project.isEmpty() ? settings.getProperty("JIRA_DEFAULT_PROJECT", "the default project") : project,
                params.path("summary").asString(""), description, List.copyOf(labels), linksIn(description));
    }

    private static Preview issue(Asked asked, String what, String where, String title, String text) {
        var labels = new ArrayList<String>();
        asked.params().path("labels").forEach(label -> labels.add(label.asString("")));
        var name = title.equals("number") ? "#" + asked.text(title) : asked.text(title);
        return new Preview.Ticket(what, where, name.isEmpty() ? "its title stays" : name, asked.textOrNull(text), List.copyOf(labels), linksIn(asked.text(text)));
    }

    private static Preview message(Asked asked, String service, @Nullable String to, @Nullable String from) {
        return new Preview.Message(service, to, from, asked.text("text"), linksIn(asked.text("text")));
    }

    // ---- what reaches other machines ----

    private Preview http(Asked asked) {
        var headers = new ArrayList<Preview.Field>();
        for (var header : asked.params().path("headers").properties()) {
            headers.add(new Preview.Field(header.getKey(), SECRET.matcher(header.getKey()).find() ? "not shown" : header.getValue().asString("")));
        }
        var webhook = asked.row().actionType().equals("webhook");
        var sent = asked.params().path(webhook ? "payload" : "body");
        var signature = !webhook ? null : asked.config().containsKey("signing_vault_key") ? "signed with the secret " + asked.config().get("signing_vault_key")
                + (asked.text("secret_header").isEmpty() ? "" : " in the header " + asked.text("secret_header")) : "not signed: the entry names no secret for it";
        var method = webhook ? "POST" : asked.row().actionType().substring("http_".length()).toUpperCase(Locale.ROOT);
        var kind = asked.text("content_type");
        return new Preview.Http(method, web("", asked.text("url")), List.copyOf(headers), credential(asked), signature,
                sent.isMissingNode() || sent.isNull() ? null : pretty(sent.isString() ? sent.asString("") : sent.toString()),
                kind.isEmpty() ? "application/json" : kind);
    }

    private static @Nullable String credential(Asked asked) {
        var key = asked.config().get("auth_vault_key");
        return key == null ? null : "let in by the secret " + key + " of the vault";
    }

    private Preview payment(Asked asked) {
        var money = asked.type() == null ? Optional.<Money>empty() : asked.type().money(asked.params());
        var left = new ArrayList<Preview.Left>();
        money.ifPresent(some -> budgets.of(asked.row().workspace()).stream()
                .filter(budget -> budget.currency().equals(some.currency()) && (budget.agentId() == null || budget.agentId().equals(asked.row().requestedBy())))
                .forEach(budget -> budgets.levels(budget, clock.instant()).forEach(level -> left.add(new Preview.Left(
                        budget.agentId() == null ? "the workspace" : "this agent", level.label(), some.of(level.remaining()).text(),
                        some.of(level.limit()).text(), level.isNearlyGone())))));
        var base = asked.config().get("base_url");
        return new Preview.Payment(money.map(Money::text).orElse(null), asked.text("payee"), asked.textOrNull("memo"), base == null ? null : web("", base),
                credential(asked), List.copyOf(left));
    }

    // ---- what changes things here ----

    private Preview line(Asked asked) {
        var argv = asked.type() == null ? List.<String>of() : asked.type().commandLine(asked.params());
        var folder = asked.text("cwd");
        var answer = argv.isEmpty() || !asked.isOpen() ? null : clearance.of(asked.row().workspace(), argv, null);
        var seconds = asked.text("timeout_secs");
        return new Preview.Line(argv, answer == null || answer.file().isEmpty() ? null : answer.file(), answer == null || answer.isYes() ? null : answer.reason(),
                folder.isEmpty() ? "an empty folder of its own" : folder, !seconds.isEmpty() ? seconds + " s" : answer == null ? null : answer.seconds() + " s");
    }

    private Preview changes(Asked asked, String icon, String stepsAre) {
        var sight = asked.isOpen() ? sights.of(asked.subject()).orElse(null) : null;
        var facts = new ArrayList<Preview.Fact>();
        var known = Set.of("path", "src", "dst", "content", "message", "working_dir", "paths", "branch", "remote", "name");
        for (var named : List.of(List.of("working_dir", "Folder"), List.of("path", "Path"), List.of("src", "From"), List.of("dst", "To"),
                List.of("paths", "Only"), List.of("branch", "Branch"), List.of("remote", "Remote"), List.of("name", "Name"))) {
            var value = asked.text(named.getFirst());
            var shown = named.getFirst().equals("path") && (asked.params().has("content") || sight != null && !sight.changes().isEmpty());
            if (!value.isEmpty() && !shown && (sight == null || sight.facts().stream().noneMatch(fact -> fact.name().startsWith(named.getLast())))) {
                facts.add(new Preview.Fact(named.getLast(), value, null));
            }
        }
        if (sight != null) {
            sight.facts().forEach(fact -> facts.add(new Preview.Fact(fact.name(), fact.value(), HOST_IN_ADDRESS.matcher(fact.value()).find()
                    ? web("", fact.value()) : null)));
        }
        asked.params().properties().stream().filter(param -> !known.contains(param.getKey()))
                .forEach(param -> facts.add(new Preview.Fact(param.getKey(), asked.text(param.getKey()), null)));
        var files = sight == null && asked.params().has("content") ? List.of(diff(new Change(asked.text("path"), "added", null, asked.text("content"), null)))
                : sight == null ? List.<Preview.Diff>of() : sight.changes().stream().map(Previews::diff).toList();
        return new Preview.Changes(icon, asked.row().actionType().replace('_', ' '), asked.textOrNull("message"), List.copyOf(facts), files,
                sight == null ? List.of() : sight.steps(), asked.row().actionType().equals("dir_delete") ? "What lies in it" : stepsAre,
                sight == null ? 0 : sight.more(), sight == null ? null : sight.trouble(), sight != null);
    }

    private static Preview.Diff diff(Change change) {
        var rows = change.unshown() == null ? UnifiedDiff.of(change.before(), change.after()) : List.<UnifiedDiff.Row>of();
        var cut = rows.size() > SHOWN_LINES + 10 ? SHOWN_LINES : rows.size();
        return new Preview.Diff(change.path(), change.kind(), rows.subList(0, cut), rows.subList(cut, rows.size()),
                rows.stream().filter(row -> row.kind().equals("new")).count(), rows.stream().filter(row -> row.kind().equals("gone")).count(),
                change.unshown());
    }

    private Preview sql(Asked asked) {
        var changes = asked.row().actionType().equals("db_execute");
        var written = asked.text("sql");
        var name = asked.text("datasource");
        var limit = changes ? "max_affected_rows" : "max_rows";
        var most = asked.params().hasNonNull(limit) ? asked.text(limit) : asked.usual(limit);
        var rows = (changes ? "changes, " : "reads, ") + (most.isEmpty() ? "so many" : most) + " rows at most";
        var touched = touched(asked.row());
        var now = asked.isOpen() ? sights.of(asked.subject()).orElse(null) : null;
        return switch (changes ? statements.readChange(written) : statements.read(written)) {
            case Reading.Query query -> new Preview.Sql(name, query.text(), query.text().equals(written) ? null : written, query.unclear(), rows, changes,
                    touched, now);
            case Reading.Refused refused -> new Preview.Sql(name, written, null, refused.reason(), rows, changes, touched, null);
        };
    }

    private Preview.@Nullable Touched touched(ActionRow row) {
        var facts = recorded.of(row.workspace(), List.of(row.id())).get(row.id());
        if (facts == null || !facts.has("sql")) {
            return null;
        }
        var estimate = facts.get("sql", "estimated_rows") instanceof Number number ? Words.many(number.longValue(), "row") : null;
        var group = facts.text("sql", "environment_group");
        var doubt = facts.text("sql", "uninspectable");
        return new Preview.Touched(texts(facts.get("sql", "tables")), texts(facts.get("sql", "columns")), texts(facts.get("sql", "functions")), estimate,
                group.isEmpty() ? null : group, doubt.isEmpty() ? null : doubt);
    }

    private static List<String> texts(@Nullable Object list) {
        return list instanceof List<?> some ? some.stream().map(String::valueOf).toList() : List.of();
    }

    private Preview fields(JsonNode params) {
        var fields = new ArrayList<Preview.Field>();
        for (var entry : params.properties()) {
            var value = entry.getValue().isString() ? entry.getValue().asString("") : pretty(entry.getValue().toString());
            fields.add(new Preview.Field(entry.getKey(), value, oddHost(value)));
        }
        return new Preview.Fields(List.copyOf(fields));
    }

    // ---- hosts ----

    /** What is odd about the hosts that a text names by address or e-mail address; null when nothing is. */
    static @Nullable String oddHost(String text) {
        return Stream.concat(HOST_IN_ADDRESS.matcher(text).results(), HOST_OF_MAIL.matcher(text).results()).limit(MOST_LINKS)
                .map(found -> Hosts.oddity(found.group(1))).filter(Objects::nonNull).findFirst().orElse(null);
    }

    /** Where the addresses in a plain text lead; at most 20. */
    static List<Preview.Link> linksIn(@Nullable String text) {
        return text == null ? List.of() : ADDRESS.matcher(text).results().map(MatchResult::group).distinct().limit(MOST_LINKS)
                .map(address -> web("", address)).toList();
    }

    /** An address with its host apart, and what is odd about it. */
    static Preview.Link web(String says, String address) {
        var matcher = TARGET.matcher(address.strip());
        if (!matcher.matches()) {
            return new Preview.Link(says, address, "", "", false, "not a web address");
        }
        return new Preview.Link(says, matcher.group(1), matcher.group(2), matcher.group(3), false, warning(says, matcher.group(1), matcher.group(2)));
    }

    private static String address(String sender) {
        var open = sender.lastIndexOf('<');
        return open < 0 ? sender.strip() : sender.substring(open + 1).replace(">", "").strip();
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    private static Preview.Address parsed(String address, Set<String> own) {
        var at = address.lastIndexOf('@');
        var domain = address.substring(at + 1);
        return new Preview.Address(at < 0 ? "" : address.substring(0, at + 1), domain, !own.contains(domain(address)), Hosts.oddity(domain));
    }

    /** Where each link of a message really leads, in the order of the message; at most 200. */
    static List<Preview.Link> links(String body, Set<String> own) {
        return links(Jsoup.parse(body), own);
    }

    private static List<Preview.Link> links(Document document, Set<String> own) {
        return document.select("a[href], area[href], form[action]").stream().limit(200).map(element -> link(element, own)).toList();
    }

    private static Preview.Link link(Element element, Set<String> own) {
        var target = element.hasAttr("href") ? element.attr("href") : element.attr("action");
        var says = element.normalName().equals("form") ? "a form that sends what is typed" : element.text().strip();
        if (says.isEmpty()) {
            says = element.select("img").isEmpty() ? "(no text)" : "(a picture)";
        }
        var scheme = target.strip().toLowerCase(Locale.ROOT);
        var matcher = TARGET.matcher(target.strip());
        if (scheme.startsWith("mailto:")) {
            var host = domain(target.strip().replaceAll("\\?.*", ""));
            return new Preview.Link(says, target.substring(0, target.lastIndexOf('@') + 1), host, "",
                    own.contains(host), Hosts.oddity(host));
        }
        if (!(scheme.startsWith("http:") || scheme.startsWith("https:")) || !matcher.matches()) {
            return new Preview.Link(says, target, "", "", false,
                    scheme.startsWith("#") || scheme.isEmpty() ? null : "not a web address");
        }
        var host = matcher.group(2);
        var mine = own.stream().anyMatch(domain -> host.equalsIgnoreCase(domain) || host.toLowerCase(Locale.ROOT).endsWith("." + domain));
        return new Preview.Link(says, matcher.group(1), host, matcher.group(3), mine, warning(says, matcher.group(1), host));
    }

    private static @Nullable String warning(String says, String before, String host) {
        if (before.contains("@")) {
            return "hides its host behind a name";
        }
        var named = HOST_IN_TEXT.matcher(says);
        if (named.find() && !sameHost(named.group(1), host)) {
            return "differs from its text";
        }
        var oddity = Hosts.oddity(host);
        return oddity != null ? oddity : before.regionMatches(true, 0, "http:", 0, 5) ? "not encrypted" : null;
    }

    private static boolean sameHost(String one, String other) {
        return bare(one).equals(bare(other));
    }

    private static String bare(String host) {
        var wire = Hosts.wire(host);
        return wire.startsWith("www.") ? wire.substring(4) : wire;
    }

    private static int remote(Document document) {
        return document.select("img[src~=(?i)^(https?:)?//], link[href], script, iframe, object, embed, video, audio, [background]").size();
    }

    private static String text(Document document) {
        var text = new StringBuilder();
        NodeTraversor.traverse(new NodeVisitor() {
            @Override
            public void head(Node node, int depth) {
                if (node instanceof TextNode words) {
                    var line = words.text();
                    text.append(text.isEmpty() || Character.isWhitespace(text.charAt(text.length() - 1)) ? line.stripLeading() : line);
                } else if (node instanceof Element element && element.normalName().equals("br")) {
                    text.append('\n');
                }
            }

            @Override
            public void tail(Node node, int depth) {
                if (node instanceof Element element && element.isBlock() && !text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
                    text.append('\n');
                }
            }
        }, document.body());
        return text.toString().strip();
    }
}
