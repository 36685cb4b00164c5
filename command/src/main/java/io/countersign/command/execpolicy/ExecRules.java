package io.countersign.command.execpolicy;

import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.execpolicy.api.ExecPolicy;
import io.countersign.command.execpolicy.api.ExecPolicy.Mode;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One exec policy, applied to command lines. Whatever is not understood is not allowed. */
final class ExecRules {

    /** Programs that do the work of a denied one. */
    private static final Map<String, Set<String>> ALIKE = Map.of(
            "rm", Set.of("unlink", "shred", "srm", "wipe", "rmdir", "truncate"),
            "sudo", Set.of("doas", "su", "pkexec", "run0", "runuser", "sudoedit", "gosu", "su-exec"),
            "chmod", Set.of("setfacl", "chattr", "setcap"));

    private static final String INTERPRETER = "(ba|da|z|k|c|tc|fi)?sh|(python|pypy|perl|ruby|php|lua)[\\d.]*|node(js)?|deno|bun|pwsh|java|Rscript|julia";

    private final ExecPolicy policy;
    private final Programs programs;

    ExecRules(ExecPolicy policy, Programs programs) {
        this.policy = policy;
        this.programs = programs;
    }

    List<Opinion> examine(List<String> line, @Nullable String cwd) {
        if (!policy.enabled()) {
            return block("exec_disabled", "Running programs is switched off. An admin can switch it on at /admin/exec-policy.");
        }
        if (policy.mode() == Mode.DENY) {
            return block("exec_mode_deny", "The exec policy denies every program.");
        }
        CommandReading reading = CommandReading.of(line, given -> ownName(given, cwd));
        Set<String> denied = denied();
        for (List<String> one : reading.lines()) {
            Optional<String> found = names(one.getFirst(), cwd).stream().filter(name -> denied.contains(folded(name))).findFirst();
            if (found.isPresent()) {
                return block("program_denied", shown(one.getFirst()) + " is denied" + (one.getFirst().equals(found.get()) ? "."
                        : ": it is, or does the work of, " + found.get() + "."));
            }
        }
        Optional<String> implied = reading.implied().stream().filter(name -> denied.contains(folded(name))).findFirst()
                .or(() -> reading.words().stream().filter(name -> denied.contains(folded(name))).findFirst());
        if (implied.isPresent()) {
            return block("program_denied", "The command line would do what " + implied.get() + " does, which is denied.");
        }
        if (policy.strictInlineEval() && !reading.inline().isEmpty()) {
            return block("inline_eval", "Code within a command line is not allowed: " + reading.inline().getFirst() + ".");
        }
        if (policy.mode() == Mode.ALLOWLIST) {
            for (List<String> one : reading.lines()) {
                if (policy.allowed().stream().noneMatch(entry -> allows(entry, one.getFirst(), cwd))) {
                    return block("program_not_allowed", shown(one.getFirst()) + " is not among the allowed programs.");
                }
            }
        }
        return mild(reading, cwd);
    }

    private List<Opinion> mild(CommandReading reading, @Nullable String cwd) {
        List<Opinion> opinions = new ArrayList<>();
        List<String> unseen = new ArrayList<>(reading.inline());
        unseen.addAll(reading.opaque());
        unseen.addAll(reading.modules());
        if (!unseen.isEmpty()) {
            opinions.add(new Opinion.Ask("exec-policy", "A person must look: " + unseen.getFirst() + "."));
        }
        reading.lines().stream().map(one -> ownName(one.getFirst(), cwd)).filter(name -> name.matches(INTERPRETER)).findFirst().ifPresent(name ->
                opinions.add(new Opinion.Warn("exec-policy", "medium", name + " runs any code: to allow it is to allow everything.")));
        if (opinions.isEmpty()) {
            opinions.add(new Opinion.Pass("allowed by mode " + policy.mode().wire()));
        }
        return List.copyOf(opinions);
    }

    private Set<String> denied() {
        Set<String> denied = new LinkedHashSet<>();
        policy.denied().forEach(name -> {
            denied.add(folded(name));
            denied.addAll(ALIKE.getOrDefault(name, Set.of()));
        });
        return denied;
    }

    /** A name is allowed only for the file that this name means in the usual folders; a copy of that name elsewhere is another program. */
    private boolean allows(String entry, String given, @Nullable String cwd) {
        Optional<List<String>> file = programs.follow(given, cwd);
        Optional<List<String>> meant = programs.follow(entry, null);
        if (entry.contains("/")) {
            return given.equals(entry) || sameFile(file, meant) && base(given).equals(base(entry));
        }
        if (!given.contains("/")) {
            return given.equals(entry);
        }
        return base(given).equals(entry) && sameFile(file, meant);
    }

    private static boolean sameFile(Optional<List<String>> one, Optional<List<String>> other) {
        return one.isPresent() && other.isPresent() && one.get().getLast().equals(other.get().getLast());
    }

    /** Every name under which this program is known: as given, and of each file on the way to the one that runs. */
    private Set<String> names(String given, @Nullable String cwd) {
        Set<String> names = new LinkedHashSet<>(List.of(base(given)));
        programs.follow(given, cwd).ifPresent(steps -> steps.forEach(step -> names.add(base(step))));
        return names;
    }

    /** What the program does, by the name that it is called by; by its file's name when the call hides it. */
    private String ownName(String given, @Nullable String cwd) {
        String called = clean(base(given));
        List<String> steps = programs.follow(given, cwd).orElse(List.of());
        return steps.isEmpty() || CommandReading.isKnown(called) ? called : steps.stream().map(ExecRules::base).filter(CommandReading::isKnown)
                .findFirst().orElse(called);
    }

    private static String base(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String folded(String name) {
        return clean(name).toLowerCase(Locale.ROOT);
    }

    /** Without what would not be seen, or only looks different. */
    private static String clean(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).replaceAll("[\\p{Cntrl}\\p{Cf}\\s'\"\\\\]", "");
    }

    private static String shown(String program) {
        String cut = program.length() > 100 ? program.substring(0, 100) + "…" : program;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    private static List<Opinion> block(String code, String reason) {
        return List.of(new Opinion.Block(code, reason));
    }
}
