package io.countersign.web.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Foreign text cut into what a reader sees and what hides from readers: controls, direction marks, zero-width and filler characters become
 * marks such as {@code U+202E}. The bytes themselves are never changed; this is for display alone.
 */
final class VisibleText {

    private VisibleText() {}

    /** A run of plain text, or one mark with the name of the character it stands for. */
    record Segment(String text, @Nullable String hidden) {
        public boolean mark() {
            return hidden != null;
        }
    }

    /** Never null; empty for null or empty text. Line feeds and tabs stay as they are. */
    static List<Segment> of(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return List.of();
        }
        var segments = new ArrayList<Segment>();
        var plain = new StringBuilder();
        text.codePoints().forEach(codePoint -> {
            if (isHidden(codePoint)) {
                if (!plain.isEmpty()) {
                    segments.add(new Segment(plain.toString(), null));
                    plain.setLength(0);
                }
                segments.add(new Segment("U+%04X".formatted(codePoint), nameOf(codePoint)));
            } else {
                plain.appendCodePoint(codePoint);
            }
        });
        if (!plain.isEmpty()) {
            segments.add(new Segment(plain.toString(), null));
        }
        return List.copyOf(segments);
    }

    /** How many characters of the text a reader would not see. */
    static long hiddenIn(@Nullable String text) {
        return text == null ? 0 : text.codePoints().filter(VisibleText::isHidden).count();
    }

    private static boolean isHidden(int codePoint) {
        if (codePoint == '\n' || codePoint == '\t' || codePoint == '\r') {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> codePoint >= 0xFE00 && codePoint <= 0xFE0F || codePoint >= 0xE0100 && codePoint <= 0xE01EF
                    || codePoint >= 0x180B && codePoint <= 0x180F || codePoint == 0x034F || codePoint == 0x115F || codePoint == 0x1160
                    || codePoint == 0x17B4 || codePoint == 0x17B5 || codePoint == 0x2800 || codePoint == 0x3164 || codePoint == 0xFFA0;
        };
    }

    private static String nameOf(int codePoint) {
        return Objects.requireNonNullElse(Character.getName(codePoint), "unassigned character");
    }
}
