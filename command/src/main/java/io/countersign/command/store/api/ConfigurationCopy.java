package io.countersign.command.store.api;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;

/** Makes copies of parts of the configuration. */
final class ConfigurationCopy {

    private ConfigurationCopy() {}

    private record At<S>(long position, S state) {}

    static <S> Supplier<S> of(ConfigurationLog log, String aggregateType, S empty, BiFunction<S, List<EventReader.Stored>, S> evolve) {
        AtomicReference<At<S>> copy = new AtomicReference<>(new At<>(-1, empty));
        return () -> {
            try {
                long epoch = log.epoch();
                At<S> known = copy.get();
                while (known.position() < epoch) { // two that read at once read the same, and the later copy stays
                    List<EventReader.Stored> news = log.after(aggregateType, known.position());
                    long last = news.isEmpty() ? epoch : Math.max(epoch, news.getLast().index()); // it may have grown since
                    copy.compareAndSet(known, new At<>(last, news.isEmpty() ? known.state() : evolve.apply(known.state(), news)));
                    known = copy.get();
                }
                return known.state();
            } catch (DataAccessException e) {
                throw new Refused(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE,
                        "What is allowed cannot be checked now, so nothing is. Try again shortly.");
            }
        };
    }
}
