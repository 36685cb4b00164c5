package io.countersign.executors.outbound;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between one call and the wire. Every piece of the request passes it right before it is written, so that of a call whose time is up, or
 * that was stopped, nothing more leaves the house. Whoever stops a call and whoever begins to send it meet here: only one of them comes first.
 */
final class Gate {

    /** The calls of threads that are sending. What a thread writes besides, such as a handshake, carries no request. */
    private static final ThreadLocal<Gate> AHEAD = new ThreadLocal<>();

    private enum State { CLOSED, PASSED, STOPPED }

    private final Deadline deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.CLOSED);

    Gate(Deadline deadline) {
        this.deadline = deadline;
    }

    /** The call was stopped, or its time was up. */
    static final class Shut extends IOException {

        @Serial
        private static final long serialVersionUID = 1L;

        Shut() {
            super("The call was stopped");
        }
    }

    /** What this thread writes from now on belongs to this call, until {@link #leave}. */
    void enter() {
        AHEAD.set(this);
    }

    static void leave() {
        AHEAD.remove();
    }

    /** Nothing passes from now on. Says whether something has passed. */
    boolean stop() {
        return state.getAndSet(State.STOPPED) == State.PASSED;
    }

    /** Whether a byte of the request has left. */
    boolean hasPassed() {
        return state.get() == State.PASSED;
    }

    private void pass() throws Shut {
        if (deadline.passed() || !state.compareAndSet(State.CLOSED, State.PASSED) && state.get() != State.PASSED) {
            throw new Shut();
        }
    }

    /** A socket behind the gate. */
    static Socket socket() {
        return new Socket() {
            @Override
            public OutputStream getOutputStream() throws IOException {
                return new Way(super.getOutputStream());
            }
        };
    }

    private static final class Way extends OutputStream {

        private final OutputStream wire;

        Way(OutputStream wire) {
            this.wire = wire;
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            Gate gate = AHEAD.get();
            if (gate != null) {
                gate.pass();
            }
            wire.write(bytes, from, length);
        }

        @Override
        public void flush() throws IOException {
            wire.flush();
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }
}
