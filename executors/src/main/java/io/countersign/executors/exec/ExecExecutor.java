package io.countersign.executors.exec;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.execpolicy.api.Clearance;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.workspace.Folder;
import io.countersign.executors.workspace.NotPossible;
import io.countersign.executors.workspace.Place;
import io.countersign.executors.workspace.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs a program in a folder of its own, with nothing of the service's environment, within limits of time, memory and output. The policy is
 * asked once more right before, and the file it names is the one that runs. When the time is up, the whole process group is killed.
 */
final class ExecExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Masking MASKING = Masking.of(List.of());
    private static final long USUAL_MEMORY_MIB = 4_096;
    private static final Duration FOR_THE_REST = Duration.ofSeconds(1);

    private final ExecRun type;
    private final Clearance clearance;
    private final Workspaces workspaces;
    private final String user;

    /** @param user to run as where the service is root */
    ExecExecutor(ExecRun type, Clearance clearance, Workspaces workspaces, String user) {
        this.type = type;
        this.clearance = clearance;
        this.workspaces = workspaces;
        this.user = user;
    }

    @Override
    public String actionType() {
        return type.name();
    }

    @Override
    public String version() {
        return "2";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        JsonNode params = JSON.readTree(attempt.params());
        List<String> line = type.commandLine(params);
        try {
            Confinement confinement = Confinement.here(user);
            if (!params.has("cwd")) {
                Path scratch = workspaces.scratch(attempt);
                confinement.hand(scratch);
                try {
                    return run(attempt, line, params, scratch, confinement, timeLeft);
                } finally {
                    clear(scratch);
                }
            }
            return run(attempt, line, params, folder(attempt, params.path("cwd").asString("")), confinement, timeLeft);
        } catch (Confinement.Unsafe unsafe) {
            return new Failed("not_confined", unsafe.getMessage() + " Nothing was run.", null);
        } catch (NotPossible refused) {
            return new Failed(refused.code(), refused.sentence(), null);
        } catch (IOException e) {
            return new Failed("not_started", "The program could not be started (" + e.getClass().getSimpleName() + ").", null);
        }
    }

    private ExecutionOutcome run(Attempt attempt, List<String> line, JsonNode params, Path folder, Confinement confinement, Duration timeLeft)
            throws IOException, InterruptedException, Confinement.Unsafe {
        Clearance.Answer answer = clearance.of(attempt.workspace(), line, folder.toString());
        if (!answer.isYes()) {
            return new Failed(answer.code(), answer.reason() + " Nothing was run.", null);
        }
        Deadline deadline = Deadline.before(attempt, timeLeft);
        Duration asked = Duration.ofSeconds(params.path("timeout_secs").asInt(answer.seconds()));
        Duration limit = asked.compareTo(deadline.left()) < 0 ? asked : deadline.left();
        long memory = Long.parseLong(attempt.config().getOrDefault(ExecRun.MEMORY, String.valueOf(USUAL_MEMORY_MIB)));
        ProcessBuilder builder = new ProcessBuilder(confinement.around(answer.file(), line.subList(1, line.size()), limit.toSeconds() + 1, memory))
                .directory(folder.toFile()).redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        Captured out = Captured.from(process.getInputStream());
        Captured err = Captured.from(process.getErrorStream());
        boolean ended = false;
        try {
            ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            killGroup(process);
        }
        var output = JSON.createObjectNode();
        if (ended) {
            output.put("exit_code", process.exitValue());
        }
        output.put("stdout", out.text(FOR_THE_REST)).put("stderr", err.text(FOR_THE_REST)).put("truncated", out.isCut() || err.isCut());
        if (!ended) {
            return new Unknown("stopped", MASKING.sentence("The program ran longer than " + limit.toMillis() + " ms and was killed; what it did until "
                    + "then stands. It had said: " + out.text(Duration.ZERO)));
        }
        return process.exitValue() == 0 ? new Succeeded(MASKING.output(output), null, false, false)
                : new Failed("exit_code", "The program ended with " + process.exitValue() + ".", MASKING.output(output));
    }

    /** What the entry fixes is the admin's choice; anything else lies in the agent's folder, and is no link. */
    private Path folder(Attempt attempt, String cwd) throws IOException {
        if (cwd.equals(attempt.config().get("cwd"))) {
            return Path.of(cwd).toRealPath();
        }
        Path home = workspaces.of(attempt);
        if (Place.isHome(cwd)) {
            return home.toRealPath();
        }
        Path asked = Path.of(cwd);
        Place place = Place.of(asked.isAbsolute() && asked.startsWith(home) ? home.relativize(asked).toString() : cwd);
        try (Folder own = Folder.of(home); Folder entered = own.enter(place.steps())) {
            return home.resolve(place.toString()).toRealPath();
        }
    }

    /** What it started goes with it, unless it has left the group. */
    private static void killGroup(Process process) throws IOException, InterruptedException {
        List<ProcessHandle> started = process.descendants().toList();
        new ProcessBuilder("/bin/sh", "-c", "kill -KILL -- -" + process.pid()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        started.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void clear(Path scratch) throws IOException {
        try (Folder folder = Folder.of(scratch)) {
            folder.clear();
        }
        Files.deleteIfExists(scratch);
    }
}
