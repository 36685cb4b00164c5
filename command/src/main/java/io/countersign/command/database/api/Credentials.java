package io.countersign.command.database.api;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/** The passwords of the three roles of an embedded server, random and readable by the service's account alone. */
record Credentials(String superuser, String owner, String application) {

    private static final String FILE = "credentials.properties";

    /** Reads them, or invents them for a folder that has no cluster yet. */
    static Credentials in(Path home, boolean clusterExists) throws IOException {
        Path file = home.resolve(FILE);
        if (Files.exists(file)) {
            Properties stored = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                stored.load(reader);
            }
            return new Credentials(stored.getProperty("superuser", ""), stored.getProperty("owner", ""),
                    stored.getProperty("application", ""));
        }
        if (clusterExists) {
            throw new DatabaseStartException("The passwords of the embedded database are missing: there is no file %s.".formatted(file),
                    "Restore the file from your backup; it belongs to the data folder.");
        }
        Credentials fresh = new Credentials(random(), random(), random());
        Folders.write(file, "superuser=%s%nowner=%s%napplication=%s%n".formatted(fresh.superuser, fresh.owner, fresh.application),
                "rw-------");
        return fresh;
    }

    private static String random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "Credentials[hidden]";
    }
}
