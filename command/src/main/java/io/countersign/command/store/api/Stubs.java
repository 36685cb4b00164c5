package io.countersign.command.store.api;

import java.util.Collection;
import java.util.List;

/** Puts stubs in the place of archived events. The role of the service cannot: it is done by the role that owns the log, and only for what the log calls archived. */
public interface Stubs {

    /** Whether the role that owns the log is known here. */
    boolean arePossible();

    /** Actions that the log calls archived and whose events are still whole, oldest first: a crash came between. {@code most} 1 to 1,000. */
    List<String> pending(int most);

    /**
     * Puts stubs in the place of the events of these actions that came before the one that calls them archived; all of an action or none of it.
     * Those that are not archived, or whose events are not the ones that were archived, stay as they are. Answers how many events became stubs.
     */
    int put(Collection<String> actionIds);
}
