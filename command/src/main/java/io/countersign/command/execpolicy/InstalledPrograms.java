package io.countersign.command.execpolicy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The programs of the machine that decides. */
@Component
class InstalledPrograms implements Programs {

    private static final List<Path> FOLDERS = List.of(Path.of("/usr/local/sbin"), Path.of("/usr/local/bin"), Path.of("/usr/sbin"),
            Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));
    private static final int MOST_LINKS = 40;

    @Override
    public Optional<List<String>> follow(String given, @Nullable String cwd) {
        try {
            if (!given.contains("/")) {
                return FOLDERS.stream().map(folder -> folder.resolve(given)).filter(Files::isRegularFile).findFirst().flatMap(InstalledPrograms::steps);
            }
            Path path = Path.of(given);
            if (!path.isAbsolute()) {
                if (cwd == null || !Path.of(cwd).isAbsolute()) {
                    return Optional.empty();
                }
                path = Path.of(cwd).resolve(path);
            }
            return Files.isRegularFile(path) ? steps(path) : Optional.empty();
        } catch (InvalidPathException unusable) {
            return Optional.empty();
        }
    }

    private static Optional<List<String>> steps(Path first) {
        List<String> steps = new ArrayList<>();
        Path at = first;
        try {
            for (int links = 0; links < MOST_LINKS; links++) {
                steps.add(at.normalize().toString());
                if (!Files.isSymbolicLink(at)) {
                    steps.add(at.toRealPath().toString()); // folders on the way may be links too
                    return Optional.of(List.copyOf(steps));
                }
                at = at.resolveSibling(Files.readSymbolicLink(at));
            }
        } catch (IOException | SecurityException unreadable) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
