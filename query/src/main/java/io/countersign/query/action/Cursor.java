package io.countersign.query.action;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The last row of a page: the next page goes on behind it. Opaque to clients. */
record Cursor(long deadline, long requestedAt, String id) {

    String encode() {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString("%d:%d:%s".formatted(deadline, requestedAt, id).getBytes(StandardCharsets.UTF_8));
    }

    static @Nullable Cursor decode(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(":", 3);
            if (parts.length == 3 && parts[2].indexOf('\0') < 0) {
                return new Cursor(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
            }
        } catch (IllegalArgumentException e) {
            // answered below: whatever is wrong with it, it is not one of ours
        }
        throw new Refused(RefusalCode.VALIDATION_ERROR, "The cursor is not one that this list gave. Start without a cursor.");
    }
}
