package io.countersign.faults;

import io.countersign.bootstrap.ClassesAhead;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The classes that a start loaded from files, in order, as the virtual machine wrote them down. */
record ClassesAtStart(List<String> names) {

    /** Set to {@code true}, the list is written anew instead of compared. */
    static final String RENEWAL = "countersign.write-classes";
    static final boolean RENEW = Boolean.getBoolean(RENEWAL);

    private static final String LIST = "io/countersign/bootstrap/classes-at-start.txt";
    private static final Pattern LOADED = Pattern.compile("\\] ([\\w.]+)\\.([\\w$]+) source: (?:jrt|file|jar):.*");
    /** Made by libraries while they run, under names that the next start does not meet. */
    private static final Pattern MADE = Pattern.compile(".*(\\$\\$|Proxy\\d|0x).*");
    /** Within so many classes the order gives way to the package, which makes the list half as long. */
    private static final int STRETCH = 400;
    private static final int WORDS_A_LINE = 12;

    static ClassesAtStart of(Path log) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<String> lines = Files.lines(log)) {
            lines.map(LOADED::matcher).filter(Matcher::find).filter(found -> !MADE.matcher(found.group(2)).matches())
                    .forEach(found -> names.add(found.group(1) + " " + found.group(2)));
        }
        return new ClassesAtStart(names);
    }

    /** Which part of them is not on the list, 0 to 1. */
    double missed() throws IOException {
        Set<String> listed = new HashSet<>();
        try (InputStream list = ClassesAhead.class.getClassLoader().getResourceAsStream(LIST);
                BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            lines.lines().map(line -> line.split(" ")).forEach(words ->
                    Arrays.stream(words).skip(1).forEach(word -> listed.add(words[0] + " " + word)));
        }
        return (double) names.stream().filter(name -> !listed.contains(name)).count() / names.size();
    }

    void write() throws IOException {
        List<String> sorted = new ArrayList<>();
        for (int from = 0; from < names.size(); from += STRETCH) {
            names.subList(from, Math.min(names.size(), from + STRETCH)).stream()
                    .sorted(Comparator.comparing(name -> name.split(" ")[0])).forEach(sorted::add);
        }
        StringBuilder text = new StringBuilder();
        String at = "";
        int words = 0;
        for (String name : sorted) {
            String[] parts = name.split(" ");
            if (!parts[0].equals(at) || words == WORDS_A_LINE) {
                text.append(text.isEmpty() ? "" : "\n").append(parts[0]);
                at = parts[0];
                words = 0;
            }
            text.append(' ').append(parts[1]);
            words++;
        }
        Files.writeString(Path.of("src/main/resources", LIST), text.append('\n'));
    }
}
