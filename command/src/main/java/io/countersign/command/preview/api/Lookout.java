package io.countersign.command.preview.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what an action would change in what is there now. Implementations are Spring beans; a look changes nothing, sends nothing to an
 * address that a caller chose, and is interrupted when it takes long.
 */
public interface Lookout {

    /** How many files a look shows, at most. */
    int MOST_FILES = 30;

    /** The longest text of a file that a look shows, in bytes. */
    int MOST_BYTES = 64 * 1024;

    /** Whether it can look at actions of this type. */
    boolean looksAt(String actionType);

    /** What it sees; why it sees nothing stands in it. */
    Sight look(Subject of) throws InterruptedException;

    /**
     * What is looked at.
     *
     * @param params a JSON object as text, with all that the entry fixes
     * @param config of the entry; empty when there is none
     */
    record Subject(String workspace, String requesterId, String actionType, String params, Map<String, String> config) {}

    /**
     * How things stand now.
     *
     * @param facts in the order they should be read
     * @param changes at most {@link #MOST_FILES}
     * @param steps what would be done or sent along, one line each: commits, or steps of a plan
     * @param more how many changes there are besides
     * @param trouble why there is no more to see, or why it would fail as things stand; null when nothing is in the way
     */
    record Sight(List<Fact> facts, List<Change> changes, List<String> steps, int more, @Nullable String trouble) {

        /** Nothing to see, and why. */
        public static Sight none(String trouble) {
            return new Sight(List.of(), List.of(), List.of(), 0, trouble);
        }
    }

    /** One thing that is so. The value may be an address. */
    record Fact(String name, String value) {}

    /**
     * One file.
     *
     * @param kind {@code added}, {@code changed} or {@code removed}
     * @param before its text now; null when there is none, or when it is not shown
     * @param after its text then; null likewise
     * @param unshown why the texts are not shown; null when they are
     */
    record Change(String path, String kind, @Nullable String before, @Nullable String after, @Nullable String unshown) {}
}
