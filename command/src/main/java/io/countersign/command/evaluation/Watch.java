package io.countersign.command.evaluation;

/**
 * Ends what takes too long. It looks at the clock only after a good deal of work, so that an ordinary evaluation never depends on how busy
 * the machine is.
 */
final class Watch {

    private final long nanos;
    private final int between;
    private final Patience patience;
    private long began;
    private int steps;

    /**
     * @param millis how long it may take
     * @param between steps between two looks at the clock
     * @param patience of the judgement that it is a part of
     */
    Watch(int millis, int between, Patience patience) {
        this.patience = patience;
        this.nanos = millis * 1_000_000L;
        this.between = between;
    }

    /** One unit of work was done. */
    void step() {
        steps++;
        if (steps == 1) {
            began = System.nanoTime();
        } else if (steps % between == 0) {
            look(System.nanoTime());
        }
    }

    private void look(long now) {
        if (patience.isOver(now) || now - began > nanos) {
            throw new Interrupted();
        }
    }

    /** It took too long. */
    static final class Interrupted extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Interrupted() {
            super("took too long", null, false, false);
        }
    }
}
