package io.countersign.executors;

import java.io.IOException;

/** What an executor keeps of an action so that it can be undone. When what was written about the action is erased, it goes too. */
public interface KeptForUndo {

    /** Destroys it. Nothing happens when nothing is kept; asked again when it fails. */
    void forget(String actionId) throws IOException;
}
