package io.countersign.query.proof;

import java.io.IOException;
import java.util.List;

/** A place outside the database where checkpoints are written down and never changed. */
interface Anchor {

    /** A checkpoint and the note that carries it. */
    record Signed(Checkpoint checkpoint, Note note) {}

    /** One word for people, such as {@code folder}. */
    String kind();

    /** Writes signed checkpoints down, durably. */
    void write(List<Signed> signed) throws IOException;

    /** All that were ever written, where that can be read back; what cannot be understood is passed on as it is. */
    List<String> read() throws IOException;
}
