package io.countersign.command.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.sealing.api.Opener;
import io.countersign.command.sealing.api.Safe;
import io.countersign.command.sealing.api.Sealed;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Data keys: one for each action and principal, made within the command that needs it and stored in the same append as its events.
 *
 * <p>A key that is cached may have been destroyed on another node, which this one notices when it drops it from its cache, minutes later.
 * Whoever shows content to people therefore looks whether its stream says that it was erased.
 */
final class DataKeys implements Keyring, Safe {

    private static final String NEW_KEYS = DataKeys.class.getName();
    private static final String DESTROYED_KEYS = NEW_KEYS + ".destroyed";
    private static final int CACHED = 50_000;

    private final SecureRandom random = new SecureRandom();
    private final JsonMapper json;
    private final JdbcClient jdbc;
    private final Aead master;
    private final String masterId;
    private final Map<String, Aead> readable = new LinkedHashMap<>();
    private final byte[] blinding;
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();
    private final Cache<String, Aead> cache =
            Caffeine.newBuilder().maximumSize(CACHED).expireAfterWrite(java.time.Duration.ofMinutes(5)).build();

    private record NewKey(Aead aead, Append.WrappedKey wrapped) {}

    DataKeys(DataSource dataSource, MasterKey masterKey, JsonMapper json) {
        this.jdbc = JdbcClient.create(dataSource);
        this.json = json;
        try {
            byte[] bytes = masterKey.bytes();
            this.master = new AesGcmJce(bytes);
            this.blinding = hmac(bytes, "blind digests");
            this.masterId = idOf(masterKey);
            readable.put(masterId, master);
            for (MasterKey former : masterKey.former()) {
                readable.putIfAbsent(idOf(former), new AesGcmJce(former.bytes()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not available", e);
        }
    }

    private static String idOf(MasterKey key) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.bytes()), 0, 4);
    }

    @Override
    public void create(String keyId) {
        UnitOfWork<?> command = CurrentUnitOfWork.get().root();
        byte[] key = new byte[32];
        random.nextBytes(key);
        try {
            String wrapped = Base64.getEncoder().encodeToString(master.encrypt(key, wrapPlace(keyId)));
            newKeys(command).put(keyId, new NewKey(new AesGcmJce(key), new Append.WrappedKey(keyId, masterId, wrapped)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Could not make a data key", e);
        }
    }

    /** What {@link #create} made during the current command, for the writer. */
    List<Append.WrappedKey> newInThisCommand() {
        if (!CurrentUnitOfWork.isStarted()) {
            return List.of();
        }
        Map<String, NewKey> made = CurrentUnitOfWork.get().root().getResource(NEW_KEYS);
        return made == null ? List.of() : made.values().stream().map(NewKey::wrapped).toList();
    }

    @Override
    public void destroy(String keyId) {
        UnitOfWork<?> command = CurrentUnitOfWork.get().root();
        Set<String> destroyed = command.getOrComputeResource(DESTROYED_KEYS, name -> {
            Set<String> ids = new LinkedHashSet<>();
            command.afterCommit(done -> cache.invalidateAll(ids));
            return ids;
        });
        destroyed.add(keyId);
    }

    /** What {@link #destroy} named during the current command, for the writer. */
    List<String> destroyedInThisCommand() {
        Set<String> destroyed = CurrentUnitOfWork.isStarted() ? CurrentUnitOfWork.get().root().getResource(DESTROYED_KEYS) : null;
        return destroyed == null ? List.of() : List.copyOf(destroyed);
    }

    private Map<String, NewKey> newKeys(UnitOfWork<?> command) {
        return command.getOrComputeResource(NEW_KEYS, name -> {
            Map<String, NewKey> made = new HashMap<>();
            // Only a stored key may be cached: of two commands that create one action, one loses, and its key with it.
            command.afterCommit(done -> made.forEach((id, key) -> cache.put(id, key.aead())));
            return made;
        });
    }

    @Override
    public Sealed seal(String keyId, String place, Object content) {
        Aead key = find(keyId).orElseThrow(() -> new IllegalStateException("No data key for " + keyId));
        try {
            byte[] box = key.encrypt(json.writeValueAsBytes(content), sealPlace(keyId, place));
            return new Sealed(keyId, Base64.getEncoder().encodeToString(box));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Could not seal " + place, e);
        }
    }

    @Override
    public <T> Optional<T> open(Sealed sealed, String place, Class<T> type) {
        if (sealed.box().isEmpty()) {
            return Optional.empty(); // it was never filled, or stands in an archive
        }
        return find(sealed.key()).map(key -> open(key, sealed, place, type));
    }

    private <T> T open(Aead key, Sealed sealed, String place, Class<T> type) {
        try {
            byte[] plain = key.decrypt(Base64.getDecoder().decode(sealed.box()), sealPlace(sealed.key(), place));
            return readers.computeIfAbsent(type, json::readerFor).readValue(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A sealed box of " + place + " does not open: it was changed or moved", e);
        }
    }

    @Override
    public Opener opener(Collection<String> keyIds) {
        Set<String> wanted = Set.copyOf(keyIds);
        Map<String, Aead> keys = new HashMap<>();
        stored(wanted).forEach(wrapped -> keys.put(wrapped.keyId(), unwrap(wrapped)));
        return new Opener() {
            @Override
            public <T> Optional<T> open(Sealed sealed, String place, Class<T> type) {
                if (!wanted.contains(sealed.key()) || sealed.box().isEmpty()) {
                    return DataKeys.this.open(sealed, place, type);
                }
                return Optional.ofNullable(keys.get(sealed.key())).map(key -> DataKeys.this.open(key, sealed, place, type));
            }
        };
    }

    @Override
    public boolean holds(String keyId) {
        return find(keyId).isPresent();
    }

    @Override
    public String lock(String place, byte[] secret) {
        try {
            return Base64.getEncoder().encodeToString(master.encrypt(secret, safePlace(place)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Could not lock away " + place, e);
        }
    }

    @Override
    public byte[] unlock(String place, String box) {
        GeneralSecurityException closed = null;
        for (Aead key : readable.values()) {
            try {
                return key.decrypt(Base64.getDecoder().decode(box), safePlace(place));
            } catch (GeneralSecurityException e) {
                closed = e;
            }
        }
        throw new IllegalStateException("The box of " + place + " does not open: it was changed or moved, or COUNTERSIGN_MASTER_KEY is "
                + "not the one it was made with", closed);
    }

    @Override
    public String blind(String text) {
        try {
            return HexFormat.of().formatHex(hmac(blinding, text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is not available", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void preload(Collection<String> keyIds) {
        List<String> unknown = new ArrayList<>(keyIds.stream().filter(id -> cache.getIfPresent(id) == null).toList());
        if (unknown.isEmpty()) {
            return;
        }
        stored(unknown).forEach(wrapped -> cache.put(wrapped.keyId(), unwrap(wrapped)));
    }

    private List<Append.WrappedKey> stored(Collection<String> keyIds) {
        return jdbc.sql("select key_id, master_id, wrapped from command.data_key where key_id = any(?)")
                .param(keyIds.toArray(String[]::new))
                .query((row, n) -> new Append.WrappedKey(row.getString(1), row.getString(2), row.getString(3)))
                .list();
    }

    private Optional<Aead> find(String keyId) {
        if (CurrentUnitOfWork.isStarted()) {
            Map<String, NewKey> made = CurrentUnitOfWork.get().root().getResource(NEW_KEYS);
            if (made != null && made.containsKey(keyId)) {
                return Optional.of(made.get(keyId).aead());
            }
        }
        @Nullable Aead cached = cache.getIfPresent(keyId);
        if (cached == null) {
            preload(List.of(keyId));
            cached = cache.getIfPresent(keyId);
        }
        return Optional.ofNullable(cached);
    }

    private Aead unwrap(Append.WrappedKey wrapped) {
        try {
            return new AesGcmJce(readable.getOrDefault(wrapped.masterId(), master).decrypt(Base64.getDecoder().decode(wrapped.wrapped()), wrapPlace(wrapped.keyId())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The master key does not open the data keys: this database was made with master key "
                    + wrapped.masterId() + ", COUNTERSIGN_MASTER_KEY is " + masterId, e);
        }
    }

    private static byte[] wrapPlace(String keyId) {
        return ("countersign/data-key/" + keyId).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] safePlace(String place) {
        return ("countersign/safe/" + place).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sealPlace(String keyId, String place) {
        return ("countersign/sealed/" + keyId + "/" + place).getBytes(StandardCharsets.UTF_8);
    }
}
