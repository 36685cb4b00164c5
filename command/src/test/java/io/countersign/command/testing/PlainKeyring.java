package io.countersign.command.testing;

import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Boxes of glass: what is sealed stands there to be read, so that specifications can name it. A moved box does not open all the same. */
public final class PlainKeyring implements Keyring {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Set<String> destroyed = new HashSet<>();

    @Override
    public void destroy(String keyId) {
        destroyed.add(keyId);
    }

    /** The box that {@link #seal} makes. */
    public static Sealed sealed(String keyId, String place, Object content) {
        return new Sealed(keyId, place + " " + JSON.writeValueAsString(content));
    }

    @Override
    public void create(String keyId) {
        // glass needs no key
    }

    @Override
    public Sealed seal(String keyId, String place, Object content) {
        return sealed(keyId, place, content);
    }

    @Override
    public <T> Optional<T> open(Sealed box, String place, Class<T> type) {
        if (destroyed.contains(box.key())) {
            return Optional.empty();
        }
        if (!box.box().startsWith(place + " ")) {
            throw new IllegalStateException("A sealed box of " + place + " does not open: it was changed or moved");
        }
        return Optional.of(JSON.readValue(box.box().substring(place.length() + 1), type));
    }

    @Override
    public boolean holds(String keyId) {
        return !destroyed.contains(keyId);
    }

    @Override
    public String blind(String text) {
        return "blind " + text;
    }
}
