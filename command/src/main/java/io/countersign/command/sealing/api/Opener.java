package io.countersign.command.sealing.api;

import java.util.Optional;

/** Opens sealed content. */
public interface Opener {

    /** Opens a box. Empty when its key was destroyed: the content is erased; or when the box is empty: the content stands in an archive. */
    <T> Optional<T> open(Sealed sealed, String place, Class<T> type);
}
