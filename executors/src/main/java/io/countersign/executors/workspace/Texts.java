package io.countersign.executors.workspace;

import io.countersign.command.preview.api.Lookout;
import io.countersign.command.preview.api.Lookout.Change;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Files as a reviewer is shown them: as text, when they are text and not too long. */
public final class Texts {

    private Texts() {}

    /** One file before and after; null where there is none. */
    public static Change change(String path, byte @Nullable [] before, byte @Nullable [] after) {
        String kind = before == null ? "added" : after == null ? "removed" : "changed";
        if (isLong(before) || isLong(after)) {
            return new Change(path, kind, null, null, sizes(before, after) + ", too long to be shown");
        }
        try {
            return new Change(path, kind, text(before), text(after), null);
        } catch (CharacterCodingException binary) {
            return new Change(path, kind, null, null, sizes(before, after) + ", no text");
        }
    }

    private static boolean isLong(byte @Nullable [] bytes) {
        return bytes != null && bytes.length > Lookout.MOST_BYTES;
    }

    private static @Nullable String text(byte @Nullable [] bytes) throws CharacterCodingException {
        if (bytes == null) {
            return null;
        }
        for (byte one : bytes) {
            if (one == 0) {
                throw new CharacterCodingException();
            }
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    private static String sizes(byte @Nullable [] before, byte @Nullable [] after) {
        return before == null || after == null ? bytes(before == null ? after : before) : bytes(before) + " now, " + bytes(after) + " then";
    }

    private static String bytes(byte @Nullable [] bytes) {
        return String.format(Locale.ENGLISH, "%,d bytes", bytes == null ? 0 : bytes.length);
    }
}
