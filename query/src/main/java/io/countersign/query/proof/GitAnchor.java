package io.countersign.query.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;

/**
 * The files of a folder anchor in a Git repository, one commit each time: whoever pushes or clones it has every checkpoint under the hash of the
 * commit. No hook runs, and nothing is pushed from here: credentials for that belong to whoever keeps the other end.
 */
final class GitAnchor implements Anchor {

    private final Path repository;
    private final FolderAnchor files;

    GitAnchor(Path repository) {
        this.repository = repository;
        this.files = new FolderAnchor(repository);
    }

    @Override
    public String kind() {
        return "git";
    }

    @Override
    public synchronized void write(List<Signed> signed) throws IOException {
        Files.createDirectories(repository);
        try (Git git = open()) {
            files.write(signed);
            git.add().addFilepattern(".").call();
            Checkpoint last = signed.getLast().checkpoint();
            PersonIdent us = new PersonIdent("Countersign", "countersign@localhost", last.time(), ZoneOffset.UTC);
            git.commit().setMessage("Checkpoint of " + last.size() + " events").setAuthor(us).setCommitter(us).setNoVerify(true).setSign(false).call();
        } catch (GitAPIException e) {
            throw new IOException("it could not be committed", e);
        }
    }

    private Git open() throws IOException, GitAPIException {
        return Files.isDirectory(repository.resolve(".git")) ? Git.open(repository.toFile())
                : Git.init().setDirectory(repository.toFile()).setInitialBranch("main").call();
    }

    @Override
    public List<String> read() throws IOException {
        return files.read();
    }
}
