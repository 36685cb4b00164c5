package io.countersign.web.admin;

import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.query.backtest.api.Backtest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How verdicts move, drawn: a bar of what was, a bar of what would be, and bands between them. A bar is 1,000 units wide; the space between is 80
 * units high.
 *
 * @param before bars of the verdicts of then, mildest first
 * @param after bars of the verdicts of the trial
 * @param bands what moves, the unmoved first
 * @param sentence the whole in words
 */
record Flow(List<Bar> before, List<Bar> after, List<Band> bands, String sentence) {

    private static final double WIDTH = 1_000;
    private static final double GAP = 6;
    private static final double LEAST = 4;
    private static final double ROOM = 150;
    private static final double MUCH_ROOM = 330;

    /** One verdict; {@code x} and {@code width} in percent. {@code room} tells where its label fits: {@code all}, {@code wide} screens, or {@code none}. */
    record Bar(Outcome outcome, String css, double left, double size, long count, String room) {
        public String x() {
            return percent(left);
        }

        public String width() {
            return percent(size);
        }

        public String textX() {
            return percent(left + 10);
        }

        private static String percent(double units) {
            return String.format(Locale.ENGLISH, "%.2f%%", units / 10);
        }
    }

    /** What goes from one verdict to another. */
    record Band(String css, String path) {}

    static Flow of(Backtest backtest) {
        var all = Stream.concat(backtest.kept().stream(), backtest.changes().stream()).toList();
        var before = bars(all, Backtest.Change::from);
        var after = bars(all, Backtest.Change::to);
        var bands = new ArrayList<Band>();
        var used = new EnumMap<Outcome, Double>(Outcome.class);
        var taken = new EnumMap<Outcome, Double>(Outcome.class);
        var starts = new EnumMap<Outcome, Map<Outcome, double[]>>(Outcome.class);
        for (var from : before) {
            for (var to : after) {
                var top = from.size() * share(all, from.outcome(), to.outcome(), from.count());
                starts.computeIfAbsent(from.outcome(), it -> new EnumMap<>(Outcome.class))
                        .put(to.outcome(), new double[] {from.left() + used.getOrDefault(from.outcome(), 0.0), top});
                used.merge(from.outcome(), top, Double::sum);
            }
        }
        for (var to : after) {
            for (var from : before) {
                var bottom = to.size() * share(all, from.outcome(), to.outcome(), to.count());
                var start = starts.getOrDefault(from.outcome(), Map.of()).getOrDefault(to.outcome(), new double[2]);
                if (bottom > 0) {
                    var moved = from.outcome() != to.outcome();
                    var band = new Band(css(to.outcome()) + (moved ? " moved" : " band"),
                            path(start[0], start[1], to.left() + taken.getOrDefault(to.outcome(), 0.0), bottom));
                    bands.add(moved ? bands.size() : 0, band);
                }
                taken.merge(to.outcome(), bottom, Double::sum);
            }
        }
        return new Flow(before, after, List.copyOf(bands), sentence(before, after));
    }

    private static List<Bar> bars(List<Backtest.Change> all, Function<Backtest.Change, Outcome> side) {
        var counts = new EnumMap<Outcome, Long>(Outcome.class);
        all.forEach(change -> counts.merge(side.apply(change), change.count(), Long::sum));
        var total = counts.values().stream().mapToLong(Long::longValue).sum();
        var room = WIDTH - GAP * (counts.size() - 1) - LEAST * counts.size();
        var bars = new ArrayList<Bar>();
        var x = 0.0;
        for (var entry : counts.entrySet()) {
            var width = LEAST + room * entry.getValue() / total;
            bars.add(new Bar(entry.getKey(), css(entry.getKey()), x, width, entry.getValue(),
                    width >= MUCH_ROOM ? "all" : width >= ROOM ? "wide" : "none"));
            x += width + GAP;
        }
        return List.copyOf(bars);
    }

    private static double share(List<Backtest.Change> all, Outcome from, Outcome to, long of) {
        return all.stream().filter(change -> change.from() == from && change.to() == to).mapToLong(Backtest.Change::count).sum() / (double) of;
    }

    private static String path(double x1, double w1, double x2, double w2) {
        return String.format(Locale.ENGLISH, "M%1$.1f 0H%2$.1fC%2$.1f 40 %3$.1f 40 %3$.1f 80H%4$.1fC%4$.1f 40 %1$.1f 40 %1$.1f 0Z", x1, x1 + w1,
                x2 + w2, x2);
    }

    /** How many came, or would come, to this. */
    public long count(Outcome outcome, boolean then) {
        return (then ? before : after).stream().filter(bar -> bar.outcome() == outcome).mapToLong(Bar::count).sum();
    }

    /** Class name of its colour. */
    public static String css(Outcome outcome) {
        return switch (outcome) {
            case ALLOW -> "f-allow";
            case ALLOW_WITH_WARNINGS -> "f-warn";
            case REQUIRE_APPROVAL -> "f-wait";
            case BLOCK -> "f-block";
        };
    }

    private static String sentence(List<Bar> before, List<Bar> after) {
        return "Then: " + told(before) + ". With what is tried: " + told(after) + ".";
    }

    private static String told(List<Bar> bars) {
        return bars.isEmpty() ? "nothing" : String.join(", ",
                bars.stream().map(bar -> Words.outcomeWord(bar.outcome()).toLowerCase(Locale.ROOT) + " " + Words.grouped(bar.count())).toList());
    }
}
