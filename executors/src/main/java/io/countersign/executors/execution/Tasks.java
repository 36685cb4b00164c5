package io.countersign.executors.execution;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The queue of things to do. A task names an action and the attempt it is to be; the same task twice is one task.
 *
 * <p>Rows are written in the caller's transaction, many in one statement: the scheduler's own client would abort a PostgreSQL transaction
 * when a task exists already.
 */
final class Tasks {

    static final String EXECUTE = "execute";
    static final String ROLL_BACK = "roll_back";
    static final String LOOK = "look";
    static final String TABLE = "executors.scheduled_tasks";

    private final JdbcClient jdbc;

    Tasks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** One attempt of one action. */
    record Key(String actionId, int attempt) {

        static Key parse(String instance) {
            int slash = instance.lastIndexOf('/');
            return new Key(instance.substring(0, slash), Integer.parseInt(instance.substring(slash + 1)));
        }

        /** The attempt it follows; 0 for none. */
        int afterAttempt() {
            return attempt - 1;
        }

        @Override
        public String toString() {
            return actionId + "/" + attempt;
        }
    }

    /** Adds tasks that are not there yet, to be done at {@code time} or later. */
    void add(String name, Collection<Key> keys, Instant time) {
        if (keys.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        insert into executors.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                        select ?, instance, ?, false, 1 from unnest(?) instance
                        on conflict do nothing""")
                .params(name, Timestamp.from(time), keys.stream().map(Key::toString).toArray(String[]::new))
                .update();
    }

    void add(String name, Key key, Instant time) {
        add(name, List.of(key), time);
    }

    /** Gives back what this node had taken before it died: nobody else runs under its name. */
    int release(String nodeId) {
        return jdbc.sql("""
                        update executors.scheduled_tasks set picked = false, picked_by = null, last_heartbeat = null, version = version + 1
                        where picked and picked_by = ?""").params(nodeId).update();
    }
}
