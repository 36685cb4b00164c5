package io.countersign.executors.git;

import io.countersign.executors.workspace.Folder;
import io.countersign.executors.workspace.NotPossible;
import io.countersign.executors.workspace.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * A repository in an agent's folder, opened only when it is one that stays there: no link in it, no store elsewhere, and a configuration that
 * says nothing but names, remotes and branches.
 */
final class Checkout {

    private static final long MOST_ENTRIES = 200_000;
    private static final Set<String> ELSEWHERE = Set.of("commondir", "objects/info/alternates", "objects/info/http-alternates", "config.worktree");

    /** What a configuration may say: section and name, in small letters. */
    private static final Set<String> HARMLESS = Set.of("core.repositoryformatversion", "core.filemode", "core.bare", "core.logallrefupdates",
            "core.symlinks", "core.ignorecase", "core.precomposeunicode", "core.autocrlf", "core.eol", "core.safecrlf", "core.quotepath",
            "remote.url", "remote.fetch", "remote.tagopt", "branch.remote", "branch.merge", "branch.rebase", "user.name", "user.email",
            "init.defaultbranch", "pull.rebase", "pull.ff", "push.default", "push.autosetupremote", "fetch.prune", "color.ui", "advice.detachedhead");

    private Checkout() {}

    /**
     * Opens it.
     *
     * @param home the agent's folder
     * @param workingDirectory within it; empty for the folder itself
     * @throws NotPossible when there is none, or it is not one that is opened here
     */
    static Git open(Path home, String workingDirectory) throws IOException {
        StillSystem.settle();
        Path place = home;
        try (Folder own = Folder.of(home)) {
            List<String> steps = Place.isHome(workingDirectory) ? List.of() : Place.of(workingDirectory).steps();
            place = home.resolve(String.join("/", steps));
            try (Folder entered = own.enter(steps)) {
                if (!entered.trace(".git", 0).isFolder()) {
                    throw new NotPossible("no_repository", "There is no git repository in " + (steps.isEmpty() ? "the agent's folder" : workingDirectory) + ".");
                }
            }
        }
        Path store = place.resolve(".git");
        mustHoldNoLinks(place);
        for (String file : ELSEWHERE) {
            if (Files.exists(store.resolve(file))) {
                throw new NotPossible("repository_refused", "The repository keeps a part of itself elsewhere (" + file + ").");
            }
        }
        Config written = new Config();
        try {
            written.fromText(Files.exists(store.resolve("config")) ? Files.readString(store.resolve("config")) : "");
        } catch (ConfigInvalidException | MalformedInputException e) {
            throw new NotPossible("repository_refused", "The configuration of the repository cannot be read.");
        }
        mustBeHarmless(written);
        Git git = new Git(new FileRepositoryBuilder().setFS(new StillFs()).setGitDir(store.toFile()).setWorkTree(place.toFile()).setMustExist(true).build());
        try {
            mustBeHarmless(git.getRepository().getConfig());
            git.getRepository().getConfig().setBoolean("core", null, "symlinks", false);
            return git;
        } catch (NotPossible refused) {
            git.close();
            throw refused;
        }
    }

    /** A link would lead what is written, or read, out of the folder. */
    static void mustHoldNoLinks(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place)) {
            long[] seen = {0};
            var found = all.filter(path -> Files.isSymbolicLink(path) || ++seen[0] > MOST_ENTRIES).findFirst();
            if (found.isPresent()) {
                throw new NotPossible("repository_refused", Files.isSymbolicLink(found.get())
                        ? "There is a link in the repository: " + place.relativize(found.get()) + ". Remove it." : "The repository has too many files.");
            }
        } catch (UncheckedIOException moved) {
            throw new NotPossible("changed_meanwhile", "Somebody else changed the folder at the same time, so nothing was done.");
        }
    }

    private static void mustBeHarmless(Config config) throws NotPossible {
        for (String section : config.getSections()) {
            mustBeHarmless(section, config.getNames(section));
            for (String subsection : config.getSubsections(section)) {
                mustBeHarmless(section, config.getNames(section, subsection));
            }
        }
    }

    private static void mustBeHarmless(String section, Set<String> names) throws NotPossible {
        for (String name : names) {
            String key = (section + "." + name).toLowerCase(Locale.ROOT);
            if (!HARMLESS.contains(key)) {
                throw new NotPossible("repository_refused", "The configuration of the repository says " + key + ", which is not honoured here. Remove it.");
            }
        }
    }
}
