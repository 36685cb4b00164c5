package io.countersign.executors.exec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The beginning of what a program says; the rest is read and forgotten, so that the program never waits. */
final class Captured {

    private static final int MOST_BYTES = 24 * 1024;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Thread reader;
    private volatile boolean cut;

    private Captured(InputStream stream) {
        reader = Thread.ofVirtual().name("program-output").start(() -> read(stream));
    }

    static Captured from(InputStream stream) {
        return new Captured(stream);
    }

    private void read(InputStream stream) {
        byte[] chunk = new byte[8192];
        try (stream) {
            for (int read; (read = stream.read(chunk)) != -1;) {
                synchronized (kept) {
                    int room = Math.min(read, MOST_BYTES - kept.size());
                    kept.write(chunk, 0, room);
                    cut |= room < read;
                }
            }
        } catch (IOException gone) {
            cut = true;
        }
    }

    /** What has been said, after waiting a little for the end. */
    String text(Duration patience) throws InterruptedException {
        if (patience.isPositive() && !reader.join(patience)) {
            cut = true;
        }
        synchronized (kept) {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }

    boolean isCut() {
        return cut;
    }
}
