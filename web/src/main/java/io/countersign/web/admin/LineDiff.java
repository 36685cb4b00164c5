package io.countersign.web.admin;

import java.util.ArrayList;
import java.util.List;

/** What changed between two texts, line by line. */
final class LineDiff {

    /** Beyond this many pairs of lines to compare, what lies between the common head and tail counts as replaced. */
    private static final long MOST_PAIRS = 4_000_000;

    private LineDiff() {}

    /** One line: {@code same}, {@code gone} or {@code new}. */
    record Line(String kind, String text) {}

    static List<Line> of(String before, String after) {
        var a = before.lines().toList();
        var b = after.lines().toList();
        var head = 0;
        while (head < a.size() && head < b.size() && a.get(head).equals(b.get(head))) {
            head++;
        }
        var tail = 0;
        while (tail < a.size() - head && tail < b.size() - head && a.get(a.size() - 1 - tail).equals(b.get(b.size() - 1 - tail))) {
            tail++;
        }
        var lines = new ArrayList<Line>();
        a.subList(0, head).forEach(line -> lines.add(new Line("same", line)));
        between(a.subList(head, a.size() - tail), b.subList(head, b.size() - tail), lines);
        a.subList(a.size() - tail, a.size()).forEach(line -> lines.add(new Line("same", line)));
        return List.copyOf(lines);
    }

    private static void between(List<String> a, List<String> b, List<Line> lines) {
        var common = new int[0][0];
        if ((long) a.size() * b.size() <= MOST_PAIRS) {
            common = new int[a.size() + 1][b.size() + 1];
            for (var i = a.size() - 1; i >= 0; i--) {
                for (var j = b.size() - 1; j >= 0; j--) {
                    common[i][j] = a.get(i).equals(b.get(j)) ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
                }
            }
        }
        var i = 0;
        var j = 0;
        while (i < a.size() || j < b.size()) {
            if (common.length > 0 && i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
                lines.add(new Line("same", a.get(i++)));
                j++;
            } else if (i < a.size() && (j == b.size() || common.length == 0 || common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line("gone", a.get(i++)));
            } else {
                lines.add(new Line("new", b.get(j++)));
            }
        }
    }
}
