package io.countersign.executors.execution;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import io.countersign.executors.execution.Tasks.Key;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Takes tasks from the queue of all nodes and has them done here, at most twenty at a time. */
final class Workers {

    private static final int AT_A_TIME = 20;
    private static final Duration POLLING = Duration.ofMillis(500);
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final int MISSED_HEARTBEATS = 4;
    private static final int LONGEST_PAUSE_SECONDS = 60;

    private final Tasks tasks;
    private final String nodeId;
    private final Scheduler scheduler;

    Workers(DataSource dataSource, Tasks tasks, ExecuteAction execute, RollBackAction rollBack, Witness witness, ExecutionSettings settings, Clock clock,
            String nodeId) {
        this.tasks = tasks;
        this.nodeId = nodeId;
        scheduler = Scheduler.create(dataSource, task(Tasks.EXECUTE, execute::execute), task(Tasks.ROLL_BACK, rollBack::rollBack),
                        task(Tasks.LOOK, witness::look))
                .tableName(Tasks.TABLE)
                .schedulerName(new SchedulerName.Fixed(nodeId))
                .clock(clock::instant)
                .serializer(new IdsOnly())
                .executorService(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("worker-", 0).factory()))
                .threads(AT_A_TIME)
                .pollUsingLockAndFetch(0.5, 1.0)
                .pollingInterval(POLLING)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(settings.shutdownGrace())
                .failureLogging(LogLevel.WARN, false)
                .commitWhenAutocommitDisabled(true)
                .build();
    }

    void start() {
        tasks.release(nodeId);
        scheduler.start();
    }

    /** Looks for due tasks now instead of at the next poll. */
    void wake() {
        scheduler.triggerCheckForDueExecutions();
    }

    /** Takes nothing more, lets what runs go on for the shutdown grace, then interrupts it. */
    void stop() {
        scheduler.stop();
    }

    /** What one kind of task does. */
    @FunctionalInterface
    private interface Work {

        void perform(Key key) throws InterruptedException;
    }

    private static OneTimeTask<Void> task(String name, Work work) {
        return com.github.kagkarlsson.scheduler.task.helper.Tasks.oneTime(name)
                .onDeadExecutionRevive()
                .onFailure(Workers::later)
                .execute((instance, context) -> {
                    try {
                        work.perform(Key.parse(instance.getId()));
                    } catch (InterruptedException stopping) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static void later(ExecutionComplete failed, ExecutionOperations<Void> task) {
        int seconds = Math.min(LONGEST_PAUSE_SECONDS, 1 << Math.min(failed.getExecution().consecutiveFailures, 6));
        task.reschedule(failed, failed.getTimeDone().plusSeconds(seconds));
    }

    /** A task is named by ids and carries nothing else; so no class name is ever stored, and nothing stored is ever made into an object. */
    private static final class IdsOnly implements Serializer {

        @Override
        public byte @Nullable [] serialize(@Nullable Object data) {
            if (data != null) {
                throw new IllegalArgumentException("Tasks carry ids only");
            }
            return null;
        }

        @Override
        public <T> @Nullable T deserialize(Class<T> type, byte @Nullable [] data) {
            return null;
        }
    }
}
