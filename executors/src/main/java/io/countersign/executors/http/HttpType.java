package io.countersign.executors.http;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.outbound.Credential;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One kind of plain request, as the catalogue offers it. Only an entry makes it callable: the entry fixes where it may go. */
final class HttpType implements ActionType {

    static final String BASE_URL = "base_url";
    static final String SUCCESS = "success";
    static final String HOSTS = "allowed_hosts";
    static final String SIGNING_KEY = "signing_vault_key";
    static final String QUERY = "query";

    /** Headers that say how bytes travel, or who speaks: ours alone. */
    static final Set<String> OURS = Set.of("host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade",
            "expect", "proxy-authorization", "proxy-connection", "user-agent", "idempotency-key", "webhook-id", "webhook-timestamp",
            "webhook-signature");

    private static final String HEADERS = """
            "headers": {"type": "object", "description": "Headers beside those the catalogue sets", "maxProperties": 50,
              "additionalProperties": {"type": "string", "maxLength": 4096}}""";
    private static final String URL = """
            "url": {"type": "string", "description": "Address; relative to the one the catalogue sets, if it sets one", "minLength": 1,
              "maxLength": 4096}""";

    private final HttpKind kind;

    HttpType(HttpKind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return kind.typeName();
    }

    @Override
    public String description() {
        return kind.description();
    }

    @Override
    public String parametersSchema() {
        String own = switch (kind) {
            case GET, DELETE -> "\"query\": {\"type\": \"object\", \"description\": \"Parameters to add to the address\", \"maxProperties\": 100},\n";
            case POST, PUT, PATCH -> """
                    "body": {"description": "What to send: text, or anything that JSON can hold"},
                    "content_type": {"type": "string", "description": "application/json when absent", "maxLength": 200},
                    """;
            case WEBHOOK -> """
                    "payload": {"description": "What to send: text, or anything that JSON can hold"},
                    "secret_header": {"type": "string", "description": "Header that carries the HMAC-SHA256 of the payload",
                      "pattern": "^[A-Za-z0-9-]{1,100}$"},
                    """;
        };
        String required = kind == HttpKind.WEBHOOK ? "[\"url\", \"payload\"]" : "[\"url\"]";
        return "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"type\": \"object\", \"properties\": {" + URL + ",\n" + own + HEADERS
                + "},\n\"required\": " + required + ", \"additionalProperties\": false}";
    }

    @Override
    public ApprovalMode defaultMode() {
        return kind.mode();
    }

    @Override
    public String scope() {
        return "external";
    }

    @Override
    public ExecutionClass executionClass() {
        return kind.executionClass();
    }

    @Override
    public boolean needsEntry() {
        return true;
    }

    @Override
    public Set<String> settings() {
        return kind == HttpKind.WEBHOOK ? Set.of(BASE_URL, Credential.KEY, Credential.SCHEME, Credential.USERNAME, SUCCESS, HOSTS, SIGNING_KEY)
                : Set.of(BASE_URL, Credential.KEY, Credential.SCHEME, Credential.USERNAME, SUCCESS, HOSTS);
    }

    @Override
    public Map<String, String> configFaults(Map<String, String> config) {
        Map<String, String> faults = new HashMap<>();
        String scheme = Credential.fault(config.get(Credential.SCHEME));
        if (!scheme.isEmpty()) {
            faults.put(Credential.SCHEME, scheme);
        }
        if (config.containsKey(BASE_URL) && uri(config.get(BASE_URL)).map(URI::getHost).isEmpty()) {
            faults.put(BASE_URL, "must be an address with a host");
        }
        if (config.containsKey(SUCCESS) && !config.get(SUCCESS).matches("[1-5][0-9]{2}(\\s*,\\s*[1-5][0-9]{2}){0,49}")) {
            faults.put(SUCCESS, "must be a comma list of statuses");
        }
        return faults;
    }

    @Override
    public String collects() {
        return kind.collects().isEmpty() ? QUERY : kind.collects();
    }

    /** Puts the address together, so that reviewers and rules see where it goes. */
    @Override
    public JsonNode complete(JsonNode params, Map<String, String> config) {
        ObjectNode all = (ObjectNode) params.deepCopy();
        String base = config.get(BASE_URL);
        String address = all.path("url").asString(base == null ? "" : base);
        if (base != null && !address.matches("(?i)[a-z][a-z0-9+.-]*:.*") && !address.startsWith("//")) {
            address = base.replaceAll("/+$", "") + "/" + address.replaceAll("^/+", "");
        }
        if (all.path(QUERY).isObject()) {
            var more = new StringBuilder();
            all.path(QUERY).properties().forEach(pair -> more.append(more.isEmpty() ? "" : "&").append(encoded(pair.getKey())).append('=')
                    .append(encoded(pair.getValue().isString() ? pair.getValue().asString() : pair.getValue().toString())));
            address = more.isEmpty() ? address : address + (address.contains("?") ? "&" : "?") + more;
            all.remove(QUERY);
        }
        return address.isEmpty() ? all : all.put("url", address);
    }

    @Override
    public Optional<String> host(JsonNode params) {
        return uri(params.path("url").asString("")).map(URI::getHost);
    }

    @Override
    public Description describe(JsonNode params) {
        String address = params.path("url").asString("");
        String host = uri(address).map(URI::getHost).orElse("an address that cannot be read");
        String verb = kind == HttpKind.WEBHOOK ? "Tell " + host + " by webhook" : kind.method() + " " + shown(address, 200);
        return new Description(verb.length() > 300 ? verb.substring(0, 300) : verb, shown(address, 500));
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        for (var header : params.path("headers").properties()) {
            String name = header.getKey();
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}") || OURS.contains(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(new Block("header_not_allowed", "The header \"" + shown(name, 60) + "\" cannot be set by a call."));
            }
            if (header.getValue().asString("").chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
                return Optional.of(new Block("header_not_allowed", "The value of the header \"" + shown(name, 60)
                        + "\" cannot hold a line break or another control character."));
            }
        }
        return addressFault(params.path("url").asString("")).map(fault -> new Block("address_not_allowed", fault));
    }

    private static Optional<String> addressFault(String address) {
        Optional<URI> uri = uri(address);
        if (uri.isEmpty()) {
            return Optional.of("The address cannot be read: what stands in no address, such as a blank, must be percent-encoded.");
        }
        if (uri.get().getHost() == null) {
            return Optional.of("The address must begin with https:// and a host in plain letters.");
        }
        return uri.get().getRawUserInfo() == null ? Optional.empty() : Optional.of("The address must not name a user or a password.");
    }

    static Optional<URI> uri(String address) {
        try {
            return Optional.of(new URI(address));
        } catch (URISyntaxException unreadable) {
            return Optional.empty();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String shown(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
