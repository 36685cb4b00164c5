package io.countersign.executors.http;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.evaluation.api.FactSource;
import java.net.IDN;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * What rules see of a plain request under {@code http}: the address taken apart and decoded once, as a server would. What two servers could take for
 * two different paths is not decided here, and goes to a person.
 */
@Component
class HttpFactSource implements FactSource {

    private static final Pattern ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final String TWO_WAYS = "The path of the address can be read in two ways.";

    @Override
    public String namespace() {
        return "http";
    }

    @Override
    public boolean speaksFor(ActionType type) {
        return kind(type).isPresent();
    }

    private static Optional<HttpKind> kind(ActionType type) {
        return Arrays.stream(HttpKind.values()).filter(kind -> kind.typeName().equals(type.name())).findFirst();
    }

    @Override
    public Map<String, @Nullable Object> gather(String workspace, ActionType type, JsonNode params) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("method", kind(type).map(HttpKind::method).orElse(""));
        URI address = HttpType.uri(params.path("url").asString("")).filter(uri -> uri.getHost() != null && uri.getScheme() != null).orElse(null);
        if (address == null) {
            facts.put(UNINSPECTABLE, "The address names no host.");
            return facts;
        }
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        facts.put("scheme", scheme);
        facts.put("host", host(address.getHost()));
        facts.put("port", (long) (address.getPort() >= 0 ? address.getPort() : scheme.equals("http") ? 80 : 443));
        String raw = address.getRawPath() == null || address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        Optional<String> path = decoded(raw).filter(HttpFactSource::isPlain);
        facts.put("path", path.orElse(null));
        facts.put("query", address.getRawQuery());
        facts.put(UNINSPECTABLE, path.isPresent() ? null : TWO_WAYS);
        return facts;
    }

    private static String host(String host) {
        String plain = host.toLowerCase(Locale.ROOT).replaceFirst("\\.+$", "");
        try {
            return IDN.toASCII(plain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return plain;
        }
    }

    /** Decoded once; empty when it hides a slash or is no text. */
    private static Optional<String> decoded(String raw) {
        if (raw.toLowerCase(Locale.ROOT).contains("%2f")) {
            return Optional.empty();
        }
        byte[] written = raw.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[written.length];
        int length = 0;
        for (int i = 0; i < written.length; i++) {
            boolean encoded = written[i] == '%' && i + 2 < written.length;
            bytes[length++] = encoded ? (byte) HexFormat.fromHexDigits(new String(written, i + 1, 2, StandardCharsets.US_ASCII)) : written[i];
            i += encoded ? 2 : 0;
        }
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** No step up or aside, nothing that is still encoded, no other slash, no empty or invisible part. */
    private static boolean isPlain(String path) {
        boolean steps = Arrays.stream(path.split("/")).map(part -> part.replaceFirst(";.*", "")).anyMatch(part -> part.equals(".") || part.equals(".."));
        return !steps && !path.contains("//") && path.indexOf('\\') < 0 && !ENCODED.matcher(path).find()
                && path.chars().noneMatch(Character::isISOControl);
    }
}
