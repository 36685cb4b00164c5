package io.countersign.command.evaluation;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.countersign.command.evaluation.api.FactSource;
import io.countersign.command.evaluation.api.Facts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The facts of one action as conditions want them. What costs something is found out once, when the first condition asks. */
final class Subject {

    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[/\\\\]{2}([^\\s/?#\"'<>]*)");
    private static final Pattern MAIL = Pattern.compile("[^\\s<>,;:(\\[]@(\\[?[\\p{L}\\p{N}._:-]+)");
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}_-]+(?:\\.[\\p{L}\\p{N}_-]+)*\\.?");
    private static final Set<String> HOST_NAMES = Set.of("host", "hostname", "domain", "server");

    private final Facts facts;
    private final Patience patience = new Patience();
    private final Map<String, List<Name>> names = new HashMap<>();
    private final Map<String, Map<String, Name>> endings = new HashMap<>();
    private @Nullable List<Name> wholeRows;
    private @Nullable List<Value> values;
    private @Nullable List<Line> whole;
    private @Nullable List<Line> parts;
    private @Nullable Set<String> hosts;
    private @Nullable Map<String, Object> forCel;

    Subject(Facts facts) {
        this.facts = facts;
    }

    /** One decoded value and where it stands, such as {@code params.to[0]}. */
    record Value(String path, String text) {}

    Facts facts() {
        return facts;
    }

    Patience patience() {
        return patience;
    }

    String action() {
        return facts.text("action", "name");
    }

    String origin() {
        return facts.text("action", "origin");
    }

    /** Why the facts of a namespace cannot be trusted; empty when they can, or when there are none. */
    Optional<String> inDoubt(String namespace) {
        return facts.get(namespace, FactSource.UNINSPECTABLE) instanceof String why ? Optional.of(why) : Optional.empty();
    }

    /** A name that a statement touches, as it is and in lower case. */
    record Name(String text, String lower) {}

    /** The names under a fact about a statement; hundreds of rules may ask for them. */
    List<Name> names(String fact) {
        return names.computeIfAbsent(fact, key -> facts.get("sql", key) instanceof List<?> list
                ? list.stream().filter(Objects::nonNull).map(String::valueOf).map(text -> new Name(text, text.toLowerCase(Locale.ROOT))).toList()
                : List.of());
    }

    /** The first name under a fact that is this one, or ends with it after a dot. */
    @Nullable Name named(String fact, String lower) {
        return endings.computeIfAbsent(fact, key -> {
            Map<String, Name> first = new HashMap<>();
            for (Name name : names(key)) {
                first.putIfAbsent(name.lower(), name);
                for (int dot = name.lower().indexOf('.'); dot >= 0; dot = name.lower().indexOf('.', dot + 1)) {
                    first.putIfAbsent(name.lower().substring(dot + 1), name);
                }
            }
            return first;
        }).get(lower);
    }

    /** The columns that stand for whole rows. */
    List<Name> wholeRows() {
        List<Name> known = wholeRows;
        if (known == null) {
            known = names("columns").stream().filter(name -> name.lower().endsWith(".*")).toList();
            wholeRows = known;
        }
        return known;
    }

    /** Every value of the parameters: text, and numbers and booleans as text. */
    List<Value> values() {
        List<Value> known = values;
        if (known == null) {
            known = new ArrayList<>();
            collect("params", facts.namespaces().get("params"), known);
            values = known;
        }
        return known;
    }

    private static void collect(String path, @Nullable Object value, List<Value> to) {
        switch (value) {
            case null -> { }
            case Map<?, ?> map -> map.forEach((name, inner) -> collect(path + "." + name, inner, to));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    collect(path + "[" + i + "]", list.get(i), to);
                }
            }
            default -> to.add(new Value(path, value.toString()));
        }
    }

    /** The first match of a pattern, in the request as it is and as a reader would take it. */
    Optional<String> find(TextPattern pattern) {
        Optional<String> found = find(pattern, whole());
        return found.isPresent() || !pattern.isAnchored() ? found : find(pattern, parts());
    }

    private Optional<String> find(TextPattern pattern, List<Line> lines) {
        for (Line line : lines) {
            Optional<TextPattern.Place> place = pattern.find(line, patience);
            if (place.isPresent()) {
                return Optional.of(line.text().substring(place.get().start(), place.get().end()));
            }
        }
        return Optional.empty();
    }

    /** The request as one text; also as a reader would take it, where that differs. */
    private List<Line> whole() {
        List<Line> known = whole;
        if (known == null) {
            StringBuilder all = new StringBuilder(action());
            values().forEach(value -> all.append('\n').append(value.path()).append(": ").append(value.text()));
            commandLine().stream().findFirst().ifPresent(line -> all.append('\n').append(line));
            known = new ArrayList<>();
            both(all.toString(), known);
            whole = known;
        }
        return known;
    }

    /** The same value by value. */
    private List<Line> parts() {
        List<Line> known = parts;
        if (known == null) {
            List<Line> each = new ArrayList<>();
            both(action(), each);
            values().forEach(value -> {
                both(value.text(), each);
                both(value.path(), each);
            });
            known = each;
            parts = known;
        }
        return known;
    }

    private static void both(String text, List<Line> to) {
        to.add(new Line(text));
        String folded = Text.folded(text);
        if (!folded.equals(text)) {
            to.add(new Line(folded));
        }
    }

    /** Every host named in the request, in lower case: of addresses of the web and of mail, and of parameters that are called so. */
    Set<String> hosts() {
        Set<String> known = hosts;
        if (known == null) {
            known = new LinkedHashSet<>();
            for (Value value : values()) {
                String text = value.text();
                if (text.indexOf(':') >= 0) {
                    Matcher url = URL.matcher(text);
                    while (url.find()) {
                        authority(url.group(1), known);
                    }
                }
                String plain = hostOfPlainAddress(text);
                if (plain != null) {
                    add(plain, known);
                } else if (text.indexOf('@') >= 0) {
                    Matcher mail = MAIL.matcher(text);
                    for (int from = 0; mail.find(from); from = mail.start(1)) { // every one counts: what is quoted may hold another
                        add(mail.group(1), known);
                    }
                }
                if (HOST_NAMES.contains(name(value.path())) && HOST.matches(text.strip())) {
                    add(text.strip(), known);
                }
            }
            String named = facts.text("http", "host");
            if (!named.isEmpty()) {
                add(named, known);
            }
            hosts = known;
        }
        return known;
    }

    /** The host of a text that is one address of mail and nothing else, as most recipients are; null for any other text. */
    private static @Nullable String hostOfPlainAddress(String text) {
        int at = text.indexOf('@');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
            if (!plain && i != at) {
                return null;
            }
        }
        return at < 1 || at == text.length() - 1 ? null : text.substring(at + 1);
    }

    /** The last name of a path, in lower case, without the place in a list. */
    private static String name(String path) {
        int list = path.endsWith("]") ? path.lastIndexOf('[') : -1;
        return path.substring(path.lastIndexOf('.') + 1, list < 0 ? path.length() : Math.max(list, path.lastIndexOf('.') + 1))
                .toLowerCase(Locale.ROOT);
    }

    /** Readers disagree where user information ends and whether a backslash ends a host: every reading counts. */
    private static void authority(String authority, Set<String> to) {
        for (String part : authority.split("[\\\\@]")) {
            boolean last = authority.endsWith(part);
            if (last || authority.indexOf('\\') >= 0) {
                add(part.startsWith("[") ? part.substring(0, part.indexOf(']') + 1) : part.replaceFirst(":\\d*$", ""), to);
            }
        }
    }

    /** A look-alike of a host is another host: nothing is folded but case and the two spellings of international names. */
    private static void add(String host, Set<String> to) {
        int end = host.length();
        while (end > 0 && host.charAt(end - 1) == '.') {
            end--;
        }
        if (end > 0) {
            to.addAll(HostList.spellings(host.substring(0, end).toLowerCase(Locale.ROOT)));
        }
    }

    /** The command line, the program as it was named, and its base name; empty when the action runs no command. */
    List<String> commandLine() {
        Object argv = facts.get("params", "argv");
        if (argv instanceof List<?> words && !words.isEmpty()) {
            String program = String.valueOf(words.getFirst());
            String line = String.join(" ", words.stream().map(String::valueOf).toList()).strip().replaceAll("\\s+", " ");
            return List.of(line, program, program.substring(program.lastIndexOf('/') + 1));
        }
        if (facts.get("params", "command") instanceof String line) {
            return List.of(line.strip().replaceAll("\\s+", " "));
        }
        return List.of();
    }

    /** All namespaces an expression can name, with the null that expressions know. */
    Map<String, Object> forCel() {
        Map<String, Object> known = forCel;
        if (known == null) {
            known = new LinkedHashMap<>();
            for (String namespace : CelExpression.NAMESPACES) {
                Object named = facts.namespaces().get(namespace);
                known.put(namespace, named == null ? Map.of() : CelExpression.value(named));
            }
            forCel = known;
        }
        return known;
    }
}
