package io.countersign.executors.workspace;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/**
 * A place in an agent's folder, as the agent names it: relative, step by step, in names that look like what they are.
 *
 * @param steps at least one, at most 32; each 1 to 255 bytes
 */
public record Place(List<String> steps) {

    /** The agent's folder as it is called where agents run in a container of their own; catalogues are written with it. */
    private static final String MOUNTED = "/workspace";
    private static final int LONGEST = 1_024;
    private static final int DEEPEST = 32;
    private static final int LONGEST_NAME = 255;

    /** Whether a path means the agent's folder itself: empty, {@code .} or {@code /workspace}. */
    public static boolean isHome(String path) {
        return path.isEmpty() || path.equals(".") || path.equals(MOUNTED) || path.equals(MOUNTED + '/');
    }

    /**
     * Reads a path, relative or below {@code /workspace}. Git's own folder is out of reach: what lies there is run by others.
     *
     * @throws NotPossible {@code path_refused}, naming what is wrong
     */
    public static Place of(String written) throws NotPossible {
        String path = written.startsWith(MOUNTED + '/') ? written.substring(MOUNTED.length() + 1) : written;
        if (path.isEmpty() || path.length() > LONGEST) {
            throw refused("A path has 1 to 1,024 characters.");
        }
        if (path.startsWith("/") || path.startsWith("~")) {
            throw refused("A path begins in the agent's own folder, which may be written /workspace; no other is absolute.");
        }
        if (!Normalizer.isNormalized(path, Normalizer.Form.NFC) || path.codePoints().anyMatch(Place::isOdd)) {
            throw refused("A path holds plain characters only: no control, invisible or half characters, and no backslash.");
        }
        List<String> steps = List.of(path.split("/", -1));
        if (steps.size() > DEEPEST) {
            throw refused("A path has at most 32 steps.");
        }
        for (String step : steps) {
            check(step);
        }
        return new Place(steps);
    }

    private static void check(String step) throws NotPossible {
        if (step.isEmpty() || step.equals(".") || step.equals("..")) {
            throw refused("A path is written without empty steps, . and ..");
        }
        if (!step.equals(step.strip()) || step.endsWith(".") || step.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw refused("A name has at most 255 bytes and neither begins nor ends with a space nor ends with a dot.");
        }
        if (step.toLowerCase(Locale.ROOT).equals(".git")) {
            throw refused("What git keeps for itself is not changed by hand; use the git actions.");
        }
    }

    private static boolean isOdd(int c) {
        return c == '\\' || c == '\uFFFD' || switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static NotPossible refused(String sentence) {
        return new NotPossible("path_refused", sentence);
    }

    /** The last step. */
    public String name() {
        return steps.getLast();
    }

    /** The steps before the last. */
    public List<String> folders() {
        return steps.subList(0, steps.size() - 1);
    }

    @Override
    public String toString() {
        return String.join("/", steps);
    }
}
