package io.countersign.web.admin;

import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.StatementReader;
import io.countersign.query.action.api.ActionRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    private static final Pattern HOST_IN_TEXT = Pattern.compile("(?i)(?:https?://)?((?:[\\p{L}\\p{N}-]+\\.)+\\p{L}{2,})(?:[/:?#]|$|\\s)");

    private final ObjectMapper json = JsonMapper.builder().build();
    private final Principals principals;
    private final StatementReader statements;
    private final Environment settings;

    Previews(Principals principals, StatementReader statements, Environment settings) {
        this.principals = principals;
        this.statements = statements;
        this.settings = settings;
    }

    /** Never fails: what cannot be read as its type is shown field by field, and what is no JSON object as it stands. */
    Preview of(ActionRow row) {
        if (row.erased()) {
            return new Preview.Fields(List.of(new Preview.Field("content", "erased")));
        }
        try {
            var params = json.readTree(row.payload());
            return switch (row.actionType()) {
                case "email:send", "send_email" -> mail(row.workspace(), params);
                case "jira:create" -> ticket(params);
                case "sql:query", "db_query", "db_execute" -> sql(row.actionType(), params);
                default -> fields(params);
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
        return switch (row.erased() ? "" : row.actionType()) {
            case "email:send", "send_email" -> text(tree(row.payload()), "subject");
            case "jira:create" -> text(tree(row.payload()), "summary");
            case "sql:query", "db_query", "db_execute" -> text(tree(row.payload()), "sql");
            default -> null;
        };
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
        return new Preview.Ticket(project.isEmpty() ? settings.getProperty("JIRA_DEFAULT_PROJECT", "the default project") : project,
                params.path("summary").asString(""), params.hasNonNull("description") ? params.path("description").asString("") : null,
                List.copyOf(labels));
    }

    private Preview sql(String type, JsonNode params) {
        var changes = type.equals("db_execute");
        var written = params.path("sql").asString("");
        var name = params.path("datasource").asString("");
        var limit = changes ? "max_affected_rows" : "max_rows";
        var rows = (changes ? "changes, " : "reads, ") + (params.hasNonNull(limit) ? params.path(limit).asString("") + " rows at most"
                : "the usual number of rows at most");
        return switch (changes ? statements.readChange(written) : statements.read(written)) {
            case Reading.Query query -> new Preview.Sql(name, query.text(), query.text().equals(written) ? null : written, query.unclear(), rows);
            case Reading.Refused refused -> new Preview.Sql(name, written, null, refused.reason(), rows);
        };
    }

    private Preview fields(JsonNode params) {
        var fields = new ArrayList<Preview.Field>();
        for (var entry : params.properties()) {
            fields.add(new Preview.Field(entry.getKey(),
                    entry.getValue().isString() ? entry.getValue().asString("") : pretty(entry.getValue().toString())));
        }
        return new Preview.Fields(List.copyOf(fields));
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
