package io.countersign.web.admin;

import io.countersign.query.insight.api.Insights;
import io.countersign.query.insight.api.Insights.Bucket;
import io.countersign.query.insight.api.Insights.Decisions;
import io.countersign.query.insight.api.Insights.RuleCount;
import io.countersign.web.security.Caller;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Are people asked the right things, and do they really look? */
@Controller
class InsightController {

    /** Height of a full bar, in pixels. */
    private static final double HEIGHT = 160;
    private static final List<String> CLASSES = List.of("under 3 s", "3 to 30 s", "30 s to 2 min", "2 to 10 min", "10 min to 1 h", "1 to 4 h", "over 4 h");
    private static final List<String> UP_TO = List.of("<3 s", "30 s", "2 min", "10 min", "1 h", "4 h", "more");
    private static final int MOST_LABELS = 5;

    private final Insights insights;
    private final Clock clock;

    InsightController(Insights insights, Clock clock) {
        this.insights = insights;
        this.clock = clock;
    }

    /** One of three times to look back. */
    record Range(String name, String label, Duration length, Duration bucket) {}

    private static final List<Range> RANGES = List.of(new Range("24h", "24 hours", Duration.ofHours(24), Duration.ofHours(1)),
            new Range("7d", "7 days", Duration.ofDays(7), Duration.ofDays(1)), new Range("30d", "30 days", Duration.ofDays(30), Duration.ofDays(1)));

    /**
     * A column of the chart: percentages across, pixels from above.
     *
     * @param middle where its label stands; null where there is no room for one
     */
    record Column(String label, @Nullable String middle, String x, String width, double allowY, double allowHeight, double askY, double askHeight, double blockY,
            double blockHeight, Bucket bucket) {}

    /** A line of the chart. */
    record Line(long value, double y) {}

    /** One class of times to decide. */
    record TimeClass(String label, String upTo, long number, String middle, String x, String width, double y, double height) {}

    /** One rule and its share; percentages. */
    record Share(RuleCount rule, String approved, String deniedFrom, String denied) {}

    @GetMapping("/admin/insights")
    String insights(@AuthenticationPrincipal Caller caller, @RequestParam(defaultValue = "7d") String r, Model model) {
        var range = RANGES.stream().filter(one -> one.name().equals(r)).findFirst().orElse(RANGES.get(1));
        var now = clock.instant();
        var report = insights.report(caller.toReader(), now.minus(range.length()), now, range.bucket());
        var top = top(report.series().stream().mapToLong(one -> one.totals().allowed() + one.totals().asked() + one.totals().blocked()).max().orElse(0));
        model.addAttribute("range", range);
        model.addAttribute("ranges", RANGES);
        model.addAttribute("report", report);
        model.addAttribute("columns", columns(report.series(), top, range));
        model.addAttribute("lines", List.of(new Line(0, 8 + HEIGHT), new Line(top / 2, 8 + HEIGHT / 2), new Line(top, 8)));
        model.addAttribute("classes", classes(report.decisions()));
        model.addAttribute("median", seconds(report.decisions().medianSeconds()));
        model.addAttribute("p95", seconds(report.decisions().p95Seconds()));
        model.addAttribute("rules", shares(report.rules().stream().limit(8).toList()));
        model.addAttribute("formalities", report.rules().stream().filter(RuleCount::isFormality).limit(3).toList());
        return "admin/insights";
    }

    private static List<Column> columns(List<Bucket> series, long top, Range range) {
        var columns = new ArrayList<Column>();
        var step = 100.0 / series.size();
        var labelled = Math.ceilDiv(series.size(), MOST_LABELS);
        var label = DateTimeFormatter.ofPattern(range.bucket().toHours() == 1 ? "HH:mm" : "d MMM", Locale.ENGLISH).withZone(ZoneId.of("UTC"));
        for (var i = 0; i < series.size(); i++) {
            var totals = series.get(i).totals();
            double allow = HEIGHT * totals.allowed() / top;
            double ask = HEIGHT * totals.asked() / top;
            double block = HEIGHT * totals.blocked() / top;
            columns.add(new Column(label.format(series.get(i).start()), i % labelled == 0 ? percent((i + 0.5) * step) : null, percent(i * step + step * 0.15), percent(step * 0.7),
                    HEIGHT - allow, allow, HEIGHT - allow - ask, ask, HEIGHT - allow - ask - block, block, series.get(i)));
        }
        return columns;
    }

    private static List<TimeClass> classes(Decisions decisions) {
        var most = Math.max(1, decisions.classes().stream().mapToLong(Long::longValue).max().orElse(1));
        var classes = new ArrayList<TimeClass>();
        var step = 100.0 / CLASSES.size();
        for (var i = 0; i < CLASSES.size(); i++) {
            double height = HEIGHT * decisions.classes().get(i) / most;
            classes.add(new TimeClass(CLASSES.get(i), UP_TO.get(i), decisions.classes().get(i), percent((i + 0.5) * step), percent(i * step + 1.5), percent(step - 3), HEIGHT - height, height));
        }
        return classes;
    }

    private static List<Share> shares(List<RuleCount> rules) {
        var most = rules.stream().mapToLong(RuleCount::asked).max().orElse(1);
        return rules.stream().map(rule -> new Share(rule, percent(100.0 * rule.approved() / most), percent(100.0 * rule.approved() / most),
                percent(100.0 * rule.denied() / most))).toList();
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    private static String seconds(@Nullable Double seconds) {
        return seconds == null ? "none yet" : seconds < 1 ? "under 1 s" : Words.span(Duration.ofSeconds(Math.round(seconds)));
    }

    /** A round number that is even and not below. */
    private static long top(long most) {
        long unit = 1;
        while (unit * 10 < most) {
            unit *= 10;
        }
        for (long factor : new long[] {2, 4, 6, 8, 10}) {
            if (unit * factor >= most) {
                return unit * factor;
            }
        }
        return unit * 20;
    }
}
