package io.countersign.command.execpolicy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a command line would have run: the program, the programs that it would start in turn, and the code that stands in the line itself.
 * Nothing is run to find out. What starts others in a way that is not understood here is said to be opaque.
 *
 * @param lines the command lines found, the outermost first; each with at least a program
 * @param inline code in the line, one sentence each
 * @param words words within such code that may be programs
 * @param opaque why what would be started cannot be seen, one sentence each
 * @param implied names of programs whose work is done by another one's option, such as {@code rm} for {@code find -delete}
 * @param modules code that is named but not seen, such as {@code python -m}
 */
record CommandReading(List<List<String>> lines, List<String> inline, Set<String> words, List<String> opaque, Set<String> implied,
        List<String> modules) {

    private static final int DEEPEST = 8;
    private static final Pattern SHELL = Pattern.compile("[;|&<>`\\r\\n]|\\$[({\\w'\"@*#?!-]");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s;|&<>`$(){}\\[\\]'\"\\\\,=]+");
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_]\\w*=.*", Pattern.DOTALL);
    private static final Pattern CHANGES_WHAT_RUNS = Pattern.compile("(LD_\\w+|DYLD_\\w+|PATH|IFS|ENV|BASH_ENV|BASH_FUNC\\S*|SHELLOPTS|PS4|PROMPT_COMMAND|PYTHON\\w+"
            + "|PERL5?(OPT|LIB|DB)|RUBY(OPT|LIB)|NODE_OPTIONS|NODE_PATH|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|GIT_\\w+|EDITOR|VISUAL|\\w*PAGER|BROWSER"
            + "|LESSOPEN|MANPAGER|TERMINFO|GCONV_PATH)=.*", Pattern.DOTALL);

    private static final String SHELLS = "(ba|da|z|k|mk|pdk|a|c|tc|fi|ya|r)?sh(\\d[\\d.]*)?";
    private static final Pattern IS_SHELL = Pattern.compile(SHELLS);

    /** Interpreters, and the letters and long options behind which they take code. */
    private static final Map<Pattern, Code> INTERPRETERS = Map.ofEntries(
            Map.entry(IS_SHELL, new Code("cs", Set.of("--command", "--init-command", "--rcfile", "--init-file"))),
            Map.entry(Pattern.compile("python[\\d.]*|pypy[\\d.]*|ipython[\\d.]*|jython"), new Code("c", Set.of())),
            Map.entry(Pattern.compile("perl[\\d.]*"), new Code("eEMmI", Set.of())),
            Map.entry(Pattern.compile("ruby[\\d.]*|jruby|irb"), new Code("er", Set.of())),
            Map.entry(Pattern.compile("node(js)?|bun|deno|tsx|ts-node"), new Code("epr", Set.of("--eval", "--print", "--require", "--import",
                    "--loader", "--experimental-loader", "eval"))),
            Map.entry(Pattern.compile("php[\\d.]*"), new Code("rBREda", Set.of("--run", "--process-begin", "--process-code", "--process-end", "--define"))),
            Map.entry(Pattern.compile("lua(jit)?[\\d.]*"), new Code("el", Set.of())),
            Map.entry(Pattern.compile("R|Rscript|julia|osascript|groovy|scala|elixir|iex|swift|raku|ghc|guile[\\d.]*|racket|sbcl|clisp|gjs|expect"),
                    new Code("eEc", Set.of("--eval", "-eval", "--print", "--execute"))),
            Map.entry(Pattern.compile("pwsh|powershell(\\.exe)?|cmd(\\.exe)?"), new Code("cCeE", Set.of("-command", "-encodedcommand", "/c", "/k"))),
            Map.entry(Pattern.compile("erl"), new Code("", Set.of("-eval", "-run", "-s"))),
            Map.entry(Pattern.compile("emacs(client)?"), new Code("", Set.of("--eval", "-eval", "--execute", "--load", "-l", "-f", "--funcall"))),
            Map.entry(Pattern.compile("vim?|nvim|vimdiff|view|ex|rvim|less|more|man"), new Code("cS", Set.of("--cmd", "--lesskey-content", "--pager"))),
            Map.entry(Pattern.compile("gdb|lldb"), new Code("exo", Set.of("--eval-command", "--command", "--batch"))),
            Map.entry(Pattern.compile("git"), new Code("c", Set.of("--config-env", "--exec-path", "--upload-pack", "--receive-pack", "--exec", "--extcmd",
                    "--open-files-in-pager", "--ext-diff"))),
            Map.entry(Pattern.compile("(g|bsd)?tar"), new Code("IF", Set.of("--to-command", "--checkpoint-action", "--use-compress-program",
                    "--rsh-command", "--info-script", "--new-volume-script"))),
            Map.entry(Pattern.compile("rsync"), new Code("e", Set.of("--rsh", "--rsync-path"))),
            Map.entry(Pattern.compile("ssh|scp|sftp"), new Code("oFSD", Set.of())),
            Map.entry(Pattern.compile("g?make"), new Code("", Set.of("--eval"))),
            Map.entry(Pattern.compile("sqlite3|psql|mysql|mariadb"), new Code("", Set.of("-cmd", "--init-command"))),
            Map.entry(Pattern.compile("zip"), new Code("T", Set.of("-TT", "--unzip-command"))),
            Map.entry(Pattern.compile("sort"), new Code("", Set.of("--compress-program"))),
            Map.entry(Pattern.compile("split"), new Code("", Set.of("--filter"))),
            Map.entry(Pattern.compile("(rip)?grep|rg"), new Code("", Set.of("--pre", "--hostname-bin"))),
            Map.entry(Pattern.compile("fd|fdfind"), new Code("xX", Set.of("--exec", "--exec-batch"))));

    private record Code(String letters, Set<String> options) {}

    /** Programs that start the rest of their line: the letters of options that take a word, and how many words come before the program. */
    private static final Map<String, Wrapper> WRAPPERS = Map.ofEntries(
            Map.entry("env", new Wrapper("uC", Set.of("--unset", "--chdir"), 0)),
            Map.entry("xargs", new Wrapper("adEILnPs", Set.of("--arg-file", "--delimiter", "--max-lines", "--max-args", "--max-procs", "--max-chars"), 0)),
            Map.entry("nice", new Wrapper("n", Set.of("--adjustment"), 0)), Map.entry("ionice", new Wrapper("cnpPu", Set.of("--class", "--classdata"), 0)),
            Map.entry("nohup", new Wrapper("", Set.of(), 0)), Map.entry("setsid", new Wrapper("", Set.of(), 0)),
            Map.entry("timeout", new Wrapper("ks", Set.of("--kill-after", "--signal"), 1)),
            Map.entry("stdbuf", new Wrapper("ioe", Set.of("--input", "--output", "--error"), 0)),
            Map.entry("time", new Wrapper("fo", Set.of("--format", "--output"), 0)), Map.entry("taskset", new Wrapper("", Set.of(), 1)),
            Map.entry("chrt", new Wrapper("TPD", Set.of(), 1)), Map.entry("chroot", new Wrapper("", Set.of(), 1)),
            Map.entry("sudo", new Wrapper("ugpCDhrtTRU", Set.of("--user", "--group", "--prompt", "--chdir", "--host"), 0)),
            Map.entry("doas", new Wrapper("uC", Set.of(), 0)), Map.entry("pkexec", new Wrapper("", Set.of("--user"), 0)),
            Map.entry("catchsegv", new Wrapper("", Set.of(), 0)), Map.entry("fakeroot", new Wrapper("lsib", Set.of(), 0)),
            Map.entry("dbus-run-session", new Wrapper("", Set.of(), 0)), Map.entry("eatmydata", new Wrapper("", Set.of(), 0)),
            Map.entry("proot", new Wrapper("rbw", Set.of(), 0)), Map.entry("strace", new Wrapper("oeEpsSuaOPIXb", Set.of(), 0)),
            Map.entry("ltrace", new Wrapper("oeEpsnualFD", Set.of(), 0)), Map.entry("valgrind", new Wrapper("", Set.of(), 0)),
            Map.entry("flock", new Wrapper("wE", Set.of("--timeout", "--wait", "--conflict-exit-code"), 1)),
            Map.entry("prlimit", new Wrapper("", Set.of(), 0)), Map.entry("choom", new Wrapper("np", Set.of(), 0)));

    private record Wrapper(String lettersWithWord, Set<String> optionsWithWord, int wordsBefore) {}

    /** Programs that start others in more ways than are understood here. */
    private static final Set<String> OPAQUE = Set.of("parallel", "watch", "script", "su", "runuser", "setpriv", "unshare", "nsenter", "systemd-run",
            "start-stop-daemon", "ssh", "docker", "podman", "nerdctl", "kubectl", "lxc", "machinectl", "npx", "bunx", "uvx", "pipx", "at", "batch", "crontab", "entr", "tmux", "screen", "expect", "socat", "nc", "ncat", "bwrap", "firejail",
            "setarch", "linux64", "linux32", "i386", "x86_64", "capsh", "sg", "newgrp", "run-parts", "perf", "busctl", "gtk-launch", "xdg-open", "dialog");

    private static final String AWK_AND_SED = "[gmn]?awk|original-awk|g?sed|ed|red";
    private static final Set<String> MULTI_CALL = Set.of("busybox", "toybox", "coreutils", "sbase-box", "uutils");
    private static final Pattern LOADER = Pattern.compile("ld-linux.*|ld-musl.*|ld\\.so.*|ld-[\\d.]+\\.so");

    /** Whether a program of this name starts others or takes code. */
    static boolean isKnown(String name) {
        return MULTI_CALL.contains(name) || LOADER.matcher(name).matches() || WRAPPERS.containsKey(name) || OPAQUE.contains(name)
                || name.equals("find") || name.matches(AWK_AND_SED) || INTERPRETERS.keySet().stream().anyMatch(known -> known.matcher(name).matches());
    }

    /**
     * Reads a line as it would be run without a shell.
     *
     * @param nameOf the name by which a program is to be judged
     */
    static CommandReading of(List<String> line, UnaryOperator<String> nameOf) {
        CommandReading reading = new CommandReading(new ArrayList<>(), new ArrayList<>(), new LinkedHashSet<>(), new ArrayList<>(),
                new LinkedHashSet<>(), new ArrayList<>());
        reading.read(line, nameOf, 0);
        return reading;
    }

    private void read(List<String> line, UnaryOperator<String> nameOf, int depth) {
        if (line.isEmpty()) {
            return;
        }
        if (depth > DEEPEST) {
            opaque.add("programs start programs more than " + DEEPEST + " deep");
            return;
        }
        lines.add(List.copyOf(line));
        String name = nameOf.apply(line.getFirst());
        List<String> rest = line.subList(1, line.size());
        shellCharacters(name, line);
        if (MULTI_CALL.contains(name)) {
            multiCall(name, rest, nameOf, depth);
        } else if (LOADER.matcher(name).matches()) {
            read(rest.stream().dropWhile(word -> word.startsWith("-")).toList(), nameOf, depth + 1);
            opaqueIf(rest.stream().anyMatch(word -> word.startsWith("--") && !word.contains("=")), "the loader is given options");
        } else if (WRAPPERS.containsKey(name)) {
            wrapped(name, WRAPPERS.get(name), rest, nameOf, depth);
        } else if (name.equals("find")) {
            find(rest, nameOf, depth);
        } else if (OPAQUE.contains(name)) {
            opaque.add(name + " starts programs in ways that are not seen through");
            rest.forEach(this::remember);
        }
        code(name, rest);
    }

    private void shellCharacters(String name, List<String> line) {
        boolean finds = name.equals("find");
        line.stream().filter(word -> !(finds && (word.equals(";") || word.equals("\\;")))).filter(word -> SHELL.matcher(word).find()).findFirst()
                .ifPresent(word -> {
                    inline.add("the word " + shortened(word) + " holds characters that mean something to a shell");
                    line.forEach(this::remember);
                });
    }

    private void multiCall(String name, List<String> rest, UnaryOperator<String> nameOf, int depth) {
        List<String> inner = rest.stream().dropWhile(word -> word.startsWith("-") && !word.startsWith("--coreutils-prog=")).toList();
        if (inner.isEmpty()) {
            return;
        }
        String first = inner.getFirst();
        String applet = first.startsWith("--coreutils-prog=") ? first.substring(first.indexOf('=') + 1) : first;
        List<String> line = new ArrayList<>(List.of(applet));
        line.addAll(inner.subList(1, inner.size()));
        implied.add(applet.substring(applet.lastIndexOf('/') + 1));
        read(line, nameOf, depth + 1);
    }

    private void wrapped(String name, Wrapper wrapper, List<String> rest, UnaryOperator<String> nameOf, int depth) {
        int before = wrapper.wordsBefore();
        for (int i = 0; i < rest.size(); i++) {
            String word = rest.get(i);
            if (name.equals("env") && (word.startsWith("-S") || word.startsWith("--split-string") || word.matches("-[iv0]*S.*"))) {
                inline.add("env -S makes a command line out of text");
                rest.subList(i, rest.size()).forEach(this::remember);
                return;
            }
            if (name.equals("flock") && (word.equals("-c") || word.equals("--command"))) {
                inline.add("flock -c runs text in a shell");
                rest.subList(i, rest.size()).forEach(this::remember);
                return;
            }
            if (word.equals("--")) {
                continue;
            }
            if (word.startsWith("-") && word.length() > 1) {
                boolean takesNext = word.startsWith("--") ? wrapper.optionsWithWord().contains(word)
                        : wrapper.lettersWithWord().indexOf(word.charAt(word.length() - 1)) >= 0 && clusterIsPlain(word, wrapper);
                i += takesNext ? 1 : 0;
            } else if (ASSIGNMENT.matcher(word).matches() && (name.equals("env") || name.equals("sudo") || name.equals("doas"))) {
                if (CHANGES_WHAT_RUNS.matcher(word).matches()) {
                    inline.add("the variable " + word.substring(0, word.indexOf('=')) + " changes what a program runs");
                    remember(word);
                }
            } else if (before > 0) {
                before--;
            } else {
                read(rest.subList(i, rest.size()), nameOf, depth + 1);
                rest.subList(0, i).forEach(this::remember);
                return;
            }
        }
        rest.forEach(this::remember);
    }

    /** In {@code -n5} the word is in the option; in {@code -n} it follows. */
    private static boolean clusterIsPlain(String word, Wrapper wrapper) {
        return word.chars().skip(1).limit(word.length() - 2).noneMatch(letter -> wrapper.lettersWithWord().indexOf(letter) >= 0);
    }

    private void find(List<String> rest, UnaryOperator<String> nameOf, int depth) {
        for (int i = 0; i < rest.size(); i++) {
            String word = rest.get(i);
            if (Set.of("-exec", "-execdir", "-ok", "-okdir").contains(word)) {
                int end = i + 1;
                while (end < rest.size() && !rest.get(end).equals(";") && !rest.get(end).equals("\\;") && !rest.get(end).equals("+")) {
                    end++;
                }
                read(rest.subList(i + 1, end), nameOf, depth + 1);
                i = end;
            } else if (word.equals("-delete")) {
                implied.add("rm");
            }
        }
    }

    private void code(String name, List<String> rest) {
        INTERPRETERS.forEach((pattern, code) -> {
            if (pattern.matcher(name).matches()) {
                boolean shell = pattern == IS_SHELL;
                String before = "";
                for (String word : rest) {
                    boolean argument = takesWord(name, before);
                    before = word;
                    boolean optionsOver = word.equals("--") || !word.startsWith("-") && !word.startsWith("+") && !code.options().contains(word);
                    boolean takesCode = word.startsWith("-") && !word.startsWith("--") && word.length() > 1
                            && word.chars().skip(1).anyMatch(letter -> code.letters().indexOf(letter) >= 0)
                            || code.options().stream().anyMatch(option -> word.equals(option) || word.startsWith(option + "="));
                    if (takesCode || word.equals("-") || name.matches("n?vim?|view|ex|less|more") && word.startsWith("+")) {
                        inline.add(name + " " + shortened(word) + " takes code from the command line");
                        rest.forEach(this::remember);
                        return;
                    }
                    if (name.matches("(python|pypy).*") && word.startsWith("-") && word.contains("m")) {
                        modules.add(name + " " + shortened(word) + " runs a module by name");
                        return;
                    }
                    if (optionsOver && !argument && stopsAtFirstWord(name)) {
                        return;
                    }
                }
                if (shell || name.matches("(python|pypy|perl|ruby|node|php|lua).*")) {
                    inline.add(name + " without a script takes code from its input");
                }
            }
        });
        if (name.matches("[gmn]?awk|original-awk|busybox-awk") && rest.stream().noneMatch(word -> word.startsWith("-f") || word.startsWith("--file"))) {
            inline.add(name + " takes its program from the command line");
            rest.forEach(this::remember);
        }
        if (name.matches("g?sed|ed|red") && rest.stream().anyMatch(CommandReading::sedRuns)) {
            inline.add(name + " is told to run a command");
            rest.forEach(this::remember);
        }
        if (name.matches("psql|mysql|mariadb|sqlite3") && rest.stream().anyMatch(word -> word.contains("\\!") || word.matches("(?is).*\\bsystem\\b.*|.*\\.shell\\b.*"))) {
            inline.add(name + " is told to run a command");
            rest.forEach(this::remember);
        }
    }

    /** Whether an option of an interpreter may take the next word, so that this word is not yet the script. */
    private static boolean takesWord(String name, String option) {
        if (option.equals("--") || !option.startsWith("-") && !option.startsWith("+")) {
            return false;
        }
        char last = option.charAt(option.length() - 1);
        if (IS_SHELL.matcher(name).matches()) {
            return !option.startsWith("--") && (last == 'o' || last == 'O');
        }
        if (name.matches("(python|pypy|ipython|jython).*")) {
            return last == 'X' || last == 'W' || option.startsWith("--") && !option.contains("=");
        }
        return !option.contains("=");
    }

    /** Behind the script's name come its own options; others take options anywhere. */
    private static boolean stopsAtFirstWord(String name) {
        return !name.matches("git|(g|bsd)?tar|rsync|ssh|scp|sftp|g?make|zip|sort|split|(rip)?grep|rg|fd|fdfind|vim?|nvim|view|ex|less|more|man|gdb|lldb|emacs.*"
                + "|sqlite3|psql|mysql|mariadb");
    }

    private static boolean sedRuns(String word) {
        return word.matches("(?s)(.*[;\\n{}]|[\\d$,/!]*|/.*/)\\s*e(\\s.*)?") || word.matches("(?s).*s([^\\w\\s\\\\]).*\\1.*\\1[gpiImM\\d]*e[gpiImM\\d]*(\\s*[;}\\n].*)?")
                || word.startsWith("!");
    }

    private void opaqueIf(boolean is, String why) {
        if (is) {
            opaque.add(why);
        }
    }

    private void remember(String text) {
        for (String word : BETWEEN_WORDS.split(text)) {
            words.add(word.substring(word.lastIndexOf('/') + 1));
        }
    }

    private static String shortened(String word) {
        String shown = word.length() > 40 ? word.substring(0, 40) + "…" : word;
        return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
    }
}
