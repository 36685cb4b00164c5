package io.countersign.command.vault;

import com.google.crypto.tink.subtle.AesGcmJce;
import io.countersign.command.api.Ids;
import io.countersign.command.sealing.api.Safe;
import io.countersign.command.vault.api.SecretText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The sealed values, outside the log. Each lies under a key of its own, which the master key wraps; both are tied to workspace, name and box,
 * so that a box moved elsewhere does not open. A box is there before the event that names it, and counts for nothing without one.
 */
@Component
class Boxes {

    private static final int KEY_BYTES = 32;

    private final JdbcClient jdbc;
    private final Safe safe;
    private final Ids ids;
    private final SecureRandom random = new SecureRandom();

    Boxes(DataSource dataSource, Safe safe, Ids ids) {
        this.jdbc = JdbcClient.create(dataSource);
        this.safe = safe;
        this.ids = ids;
    }

    private record Box(String wrapped, String box) {}

    /** Seals a value and stores it; answers where. */
    String put(String workspace, String name, SecretText value) {
        String id = ids.next();
        Box sealed = seal(place(workspace, name, id), value);
        jdbc.sql("insert into command.secret_box (box_id, workspace, name, wrapped, box) values (?, ?, ?, ?, ?)")
                .params(id, workspace, name, sealed.wrapped(), sealed.box()).update();
        return id;
    }

    /**
     * Opens a box. Empty when it is not there.
     *
     * @throws IllegalStateException when it does not open
     */
    Optional<SecretText> open(String workspace, String name, String id) {
        return jdbc.sql("select wrapped, box from command.secret_box where box_id = ?").param(id)
                .query((row, n) -> new Box(row.getString(1), row.getString(2))).optional()
                .map(sealed -> open(place(workspace, name, id), sealed));
    }

    /** Seals the value of a box anew, in one statement: readers find the one or the other. */
    void reseal(String workspace, String name, String id) {
        open(workspace, name, id).ifPresent(value -> {
            Box sealed = seal(place(workspace, name, id), value);
            jdbc.sql("update command.secret_box set wrapped = ?, box = ? where box_id = ?").params(sealed.wrapped(), sealed.box(), id).update();
        });
    }

    void remove(String id) {
        jdbc.sql("delete from command.secret_box where box_id = ?").param(id).update();
    }

    void used(String id, Instant at) {
        jdbc.sql("update command.secret_box set used_at = ? where box_id = ?").params(Timestamp.from(at), id).update();
    }

    Map<String, Instant> lastUsed(String workspace) {
        Map<String, Instant> used = new HashMap<>();
        jdbc.sql("select name, used_at from command.secret_box where workspace = ? and used_at is not null").param(workspace)
                .query(row -> {
                    used.merge(row.getString(1), row.getTimestamp(2).toInstant(), (one, other) -> one.isAfter(other) ? one : other);
                });
        return used;
    }

    private Box seal(String place, SecretText value) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        try {
            byte[] box = new AesGcmJce(key).encrypt(value.value().getBytes(StandardCharsets.UTF_8), place.getBytes(StandardCharsets.UTF_8));
            return new Box(safe.lock(place, key), Base64.getEncoder().encodeToString(box));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Could not seal a secret", e);
        }
    }

    private SecretText open(String place, Box sealed) {
        byte[] key = safe.unlock(place, sealed.wrapped());
        try {
            return new SecretText(new String(new AesGcmJce(key).decrypt(Base64.getDecoder().decode(sealed.box()),
                    place.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A box does not open: it was changed or moved", e);
        }
    }

    private static String place(String workspace, String name, String id) {
        return "vault/" + workspace + "/" + name + "/" + id;
    }
}
