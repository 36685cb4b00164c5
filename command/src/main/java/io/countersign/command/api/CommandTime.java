package io.countersign.command.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/** The moment of a command: what it decides, and the events that say so, carry one and the same time. */
public final class CommandTime {

    private static final String MOMENT = CommandTime.class.getName();

    private CommandTime() {}

    /** Whole milliseconds of another clock. While a command is handled it stands still at the moment when it was first read. */
    public static Clock of(Clock real) {
        return new OneMoment(Clock.tick(real, Duration.ofMillis(1)));
    }

    private static final class OneMoment extends Clock {

        private final Clock real;

        private OneMoment(Clock real) {
            this.real = real;
        }

        @Override
        public Instant instant() {
            if (CurrentUnitOfWork.isStarted()) {
                UnitOfWork<?> work = CurrentUnitOfWork.get().root();
                if (work.getMessage() instanceof CommandMessage<?>) {
                    return work.getOrComputeResource(MOMENT, first -> real.instant());
                }
            }
            return real.instant();
        }

        @Override
        public ZoneId getZone() {
            return real.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return new OneMoment(real.withZone(zone));
        }
    }
}
