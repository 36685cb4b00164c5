package io.countersign.web.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The curl commands of a document, as a shell would read them. */
final class PrintedCommands {

    private static final Pattern BLOCK = Pattern.compile("^```sh\\R(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    private PrintedCommands() {}

    /**
     * One command.
     *
     * @param path what follows the host
     */
    record Command(String method, String path, List<String> headers, String body) {

        Cast.Answer by(Cast.Voice voice, String id) {
            return voice.call(method, path.replaceAll("\\{[A-Za-z]+}", id), body.getBytes(StandardCharsets.UTF_8), headers.toArray(String[]::new));
        }
    }

    /** All of a document, in order. */
    static List<Command> in(Path document) {
        try {
            var commands = new ArrayList<Command>();
            var blocks = BLOCK.matcher(Files.readString(document));
            while (blocks.find()) {
                for (var words : statements(blocks.group(1))) {
                    if (words.getFirst().equals("curl")) {
                        commands.add(command(words));
                    }
                }
            }
            return commands;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Command command(List<String> words) {
        var method = "GET";
        var path = "";
        var body = "";
        var headers = new ArrayList<String>();
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-X" -> method = words.get(++i);
                case "-d" -> body = words.get(++i);
                case "-u" -> i++; // the voice brings its own
                case "-H" -> {
                    var header = words.get(++i).split(": *", 2);
                    headers.addAll(List.of(header));
                }
                default -> path = words.get(i).replaceFirst("^https?://[^/]+", "");
            }
        }
        return new Command(method, path, headers, body);
    }

    private static List<List<String>> statements(String shell) {
        var statements = new ArrayList<List<String>>();
        List<String> words = new ArrayList<>();
        var word = new StringBuilder();
        boolean started = false;
        for (int i = 0; i <= shell.length(); i++) {
            char c = i == shell.length() ? '\n' : shell.charAt(i);
            if (c == '#' && !started && words.isEmpty()) {
                i = end(shell, i, '\n') - 1;
            } else if (c == '\\') {
                i++; // a line goes on
            } else if (c == '\'' || c == '"') {
                int close = end(shell, i + 1, c);
                word.append(shell, i + 1, close);
                started = true;
                i = close;
            } else if (Character.isWhitespace(c)) {
                if (started) {
                    words.add(word.toString());
                    word.setLength(0);
                    started = false;
                }
                if (c == '\n' && !words.isEmpty()) {
                    statements.add(words);
                    words = new ArrayList<>();
                }
            } else {
                word.append(c);
                started = true;
            }
        }
        return statements;
    }

    private static int end(String text, int from, char of) {
        int at = text.indexOf(of, from);
        return at < 0 ? text.length() : at;
    }
}
