package io.countersign.query.proof;

import io.countersign.command.sealing.api.Safe;
import io.countersign.query.projection.Micros;
import io.countersign.query.proof.api.TreeBroken;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The keys that sign. While one follows another both sign, so that whoever knows only the old one learns of the new one from something the
 * old one vouches for.
 */
final class SigningKeys {

    /** How long an old key goes on signing beside its successor. */
    static final Duration OVERLAP = Duration.ofDays(7);

    private final JdbcClient jdbc;
    private final Safe safe;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    SigningKeys(JdbcClient jdbc, Safe safe, Clock clock) {
        this.jdbc = jdbc;
        this.safe = safe;
        this.clock = clock;
    }

    /** The public halves alone, for those who have no master key. */
    static SigningKeys reading(JdbcClient jdbc) {
        return new SigningKeys(jdbc, new Safe() {
            @Override
            public String lock(String place, byte[] secret) {
                throw new IllegalStateException("Nothing is signed here");
            }

            @Override
            public byte[] unlock(String place, String box) {
                throw new IllegalStateException("Nothing is signed here");
            }
        }, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    }

    /** A key as it is on record. {@code privateKey} is locked away; null once destroyed. */
    record Key(VerifierKey verifier, @Nullable String privateKey, Instant createdAt, @Nullable Instant retiresAt) {

        boolean signs(Instant now) {
            return privateKey != null && (retiresAt == null || retiresAt.isAfter(now));
        }
    }

    /** All there ever were, oldest first. */
    List<Key> all() {
        return jdbc.sql("select origin, public_key, private_key, created_at, retires_at from query.proof_key order by created_at, id")
                .query((row, n) -> {
                    Long retires = row.getObject(5, Long.class);
                    return new Key(new VerifierKey(row.getString(1), row.getBytes(2)), row.getString(3), Micros.toInstant(row.getLong(4)),
                            retires == null ? null : Micros.toInstant(retires));
                }).list();
    }

    List<VerifierKey> verifiers() {
        return all().stream().map(Key::verifier).toList();
    }

    /** The name of this log; empty before the first key. */
    Optional<String> origin() {
        return all().stream().map(key -> key.verifier().name()).findFirst();
    }

    /** Makes the first key, if there is none. Only under the lock of the tree. */
    String ensure() {
        return origin().orElseGet(() -> {
            byte[] id = new byte[8];
            random.nextBytes(id);
            String origin = "countersign.log/" + HexFormat.of().formatHex(id);
            make(origin);
            return origin;
        });
    }

    /** Lets a new key sign from now on; those before it stop after {@link #OVERLAP}. Only under the lock of the tree. */
    VerifierKey rotate() {
        String origin = ensure();
        jdbc.sql("update query.proof_key set retires_at = ? where retires_at is null")
                .param(Micros.of(clock.instant().plus(OVERLAP))).update();
        return make(origin);
    }

    private VerifierKey make(String origin) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            KeyPair pair = generator.generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            VerifierKey verifier = new VerifierKey(origin, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
            jdbc.sql("insert into query.proof_key (id, origin, public_key, private_key, created_at) values (?, ?, ?, ?, ?)")
                    .params(verifier.id(), origin, verifier.publicKey(), safe.lock(place(verifier), pair.getPrivate().getEncoded()),
                            Micros.of(clock.instant())).update();
            return verifier;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java of version 15 or later has Ed25519", e);
        }
    }

    /** Signs with every key whose time it is. For the length of one transaction, under the lock of the tree. */
    Signer signer() {
        String origin = ensure();
        Instant now = clock.instant();
        List<Key> all = all();
        all.stream().filter(key -> key.privateKey() != null && !key.signs(now)).forEach(retired ->
                jdbc.sql("update query.proof_key set private_key = null where id = ?").param(retired.verifier().id()).update());
        List<Key> signing = all.stream().filter(key -> key.signs(now)).toList();
        if (signing.isEmpty()) {
            throw new TreeBroken("There is no key to sign with.");
        }
        return new Signer(origin, signing);
    }

    /** Keys whose time it is. */
    final class Signer {

        private final String origin;
        private final List<Key> signing;

        private Signer(String origin, List<Key> signing) {
            this.origin = origin;
            this.signing = signing;
        }

        String origin() {
            return origin;
        }

        Note sign(String text) {
            return new Note(text, signing.stream().map(key -> new Note.Signed(key.verifier().name(), key.verifier().id(),
                    SigningKeys.this.sign(key, text))).toList());
        }
    }

    private byte[] sign(Key key, String text) {
        try {
            byte[] pkcs8 = safe.unlock(place(key.verifier()), Objects.requireNonNull(key.privateKey()));
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java of version 15 or later has Ed25519", e);
        }
    }

    private static String place(VerifierKey verifier) {
        return "checkpoint-key/" + verifier.id();
    }
}
