package io.countersign.web.admin;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change of a text as reviewers know it: what changes, and three lines around it. */
final class UnifiedDiff {

    private static final int AROUND = 3;

    private UnifiedDiff() {}

    /** One line: {@code same}, {@code gone}, {@code new}, or {@code skip} for words about what is left out. */
    record Row(String kind, String text) {}

    /** Null stands for no text at all. */
    static List<Row> of(@Nullable String before, @Nullable String after) {
        var lines = LineDiff.of(before == null ? "" : before, after == null ? "" : after);
        var rows = new ArrayList<Row>();
        var unshown = 0;
        for (var i = 0; i < lines.size(); i++) {
            if (isNear(lines, i)) {
                skip(rows, unshown);
                unshown = 0;
                rows.add(new Row(lines.get(i).kind(), lines.get(i).text()));
            } else {
                unshown++;
            }
        }
        var anyChange = rows.stream().anyMatch(row -> !row.kind().equals("same"));
        if (!anyChange && before != null && after != null && !before.equals(after)) {
            rows.add(new Row("skip", "Only the ends of lines change, or the end of the file."));
        } else if (!anyChange && before != null && after != null) {
            rows.add(new Row("skip", "Nothing changes: the file holds exactly this already."));
        } else if (lines.isEmpty()) {
            rows.add(new Row("skip", "The file is empty."));
        } else {
            skip(rows, unshown);
        }
        return List.copyOf(rows);
    }

    private static void skip(List<Row> rows, int lines) {
        if (lines > 0) {
            rows.add(new Row("skip", Words.many(lines, "line") + " unchanged"));
        }
    }

    private static boolean isNear(List<LineDiff.Line> lines, int at) {
        for (var i = Math.max(0, at - AROUND); i <= Math.min(lines.size() - 1, at + AROUND); i++) {
            if (!lines.get(i).kind().equals("same")) {
                return true;
            }
        }
        return false;
    }
}
