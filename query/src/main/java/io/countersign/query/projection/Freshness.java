package io.countersign.query.projection;

import io.countersign.command.store.api.Head;
import io.countersign.query.action.api.Actions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets readers wait until a view has reached what was in the log when they asked. Views updated on this node wake them; for those updated on
 * another node they look again every few milliseconds.
 */
public final class Freshness {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(25);
    private static final Duration REST = Duration.ofMillis(50);

    private final Head head;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Map<String, Long> known = new ConcurrentHashMap<>();
    private final Condition wanted = lock.newCondition();
    private long turns;
    private int readers;

    /**
     * @param patience how long a reader waits at most; positive
     */
    public Freshness(Head head, Duration patience) {
        this.head = head;
        this.patience = patience;
    }

    /** An answer and the position of the view it was read from, both of one snapshot. */
    public interface Positioned {

        /** Index of the last event the view had taken in. */
        long position();
    }

    /**
     * Asks until the answer is at least as new as the log was at the time of this call.
     *
     * @throws Actions.Lagging when the view does not get there in time
     */
    public <T extends Positioned> T read(String view, Supplier<T> question) {
        long asked = head.index();
        long turn = turns();
        T answer = question.get();
        if (answer.position() >= asked) {
            return answer;
        }
        long deadline = System.nanoTime() + patience.toNanos();
        readers(1);
        try {
            while (true) {
                awaitTurn(turn);
                turn = turns();
                answer = question.get();
                if (answer.position() >= asked) {
                    return answer;
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw new Actions.Lagging(
                            "The view '%s' is %d events behind; try again shortly.".formatted(view, asked - answer.position()));
                }
            }
        } finally {
            readers(-1);
        }
    }

    /**
     * Lets a busy view take larger bites: a batch costs the database nearly the same whether it holds one event or a hundred. Rests until a
     * little while after this {@link System#nanoTime()}, unless a reader of this node waits. The first event after a quiet time is never held up.
     */
    void rest(long began) {
        long until = began + REST.toNanos();
        lock.lock();
        try {
            for (long left = until - System.nanoTime(); left > 0 && readers == 0; left = until - System.nanoTime()) {
                wanted.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void readers(int more) {
        lock.lock();
        try {
            readers += more;
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits, within the same patience, until a view has reached an event. Answers whether it has. */
    boolean reached(String view, long index, LongSupplier position) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (known.getOrDefault(view, -1L) < index) {
            long turn = turns();
            known.put(view, position.getAsLong());
            if (known.get(view) < index) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                awaitTurn(turn);
            }
        }
        return true;
    }

    /** Some view of this node has taken in more. */
    void advanced() {
        lock.lock();
        try {
            turns++;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long turns() {
        lock.lock();
        try {
            return turns;
        } finally {
            lock.unlock();
        }
    }

    private void awaitTurn(long seen) {
        lock.lock();
        try {
            if (turns == seen) {
                advanced.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Actions.Lagging("The wait for the view was interrupted.");
        } finally {
            lock.unlock();
        }
    }
}
