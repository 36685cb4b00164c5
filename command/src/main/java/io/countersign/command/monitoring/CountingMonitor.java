package io.countersign.command.monitoring;

import io.countersign.command.action.api.Safeguard.Asked;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.budget.api.Supply;
import io.countersign.command.budget.api.Supply.Span.Rolling;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.Tripwire;
import io.countersign.command.monitoring.api.Monitor;
import io.countersign.command.monitoring.api.Monitoring;
import io.countersign.command.monitoring.api.Monitoring.Watched;
import io.countersign.command.monitoring.api.MonitoringRule;
import io.countersign.command.monitoring.api.WatchEvent;
import io.countersign.command.store.api.EventReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Counts rates in windows and follows sequences in streams of their own, within the command that asks; the switch is thrown in its append too. */
@Component
class CountingMonitor implements Monitor {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Monitoring rules;
    private final Reservations reservations;
    private final Repository<Watch> watches;
    private final Repository<RuleBook> books;
    private final Tripwire tripwire;
    private final EventReader events;

    CountingMonitor(Monitoring rules, Reservations reservations, Repository<Watch> watches, Repository<RuleBook> books, Tripwire tripwire,
            EventReader events) {
        this.rules = rules;
        this.reservations = reservations;
        this.watches = watches;
        this.books = books;
        this.tripwire = tripwire;
        this.events = events;
    }

    @Override
    public Optional<String> observe(Asked asked, String actionId, boolean count) {
        if (!asked.agent()) {
            return Optional.empty();
        }
        List<Watched> broken = rules.of(asked.workspace()).stream().filter(watched -> watched.rule().watches(asked.requesterId()))
                .filter(watched -> watched.rule().limitsRate() ? isTooOften(asked, actionId, watched, count) : isComplete(asked, actionId, watched, count))
                .toList();
        if (count) {
            broken.forEach(watched -> trip(asked, actionId, watched));
        }
        return broken.stream().map(Watched::rule).findFirst().map(rule -> "This breaks the monitoring rule " + rule.name() + ", which forbids "
                + rule.words() + (count ? ". The switch " + thrown(asked, rule) + " was thrown." : "."));
    }

    private boolean isTooOften(Asked asked, String actionId, Watched watched, boolean count) {
        MonitoringRule rule = watched.rule();
        Supply supply = new Supply(asked.workspace(), "monitoring/" + rule.name() + "/" + watched.version() + "/" + asked.requesterId(),
                new Rolling(MINUTE));
        return count ? !reservations.reserve(supply, asked.at(), actionId, 1, rule.mostPerMinute())
                : reservations.used(supply, asked.at()) >= rule.mostPerMinute();
    }

    private boolean isComplete(Asked asked, String actionId, Watched watched, boolean count) {
        MonitoringRule rule = watched.rule();
        Set<String> names = new HashSet<>(Set.of(asked.actionType()));
        Optional.ofNullable(asked.entry()).ifPresent(names::add);
        if (rule.sequence().stream().noneMatch(names::contains)) {
            return false;
        }
        String id = Watch.id(asked.workspace(), rule.name(), watched.version(), asked.requesterId());
        if (!count) {
            return Sequence.isComplete(rule, Sequence.after(rule, events.last(id).map(last -> ((WatchEvent) last.payload()).begun()).orElse(List.of()),
                    names, asked.at()));
        }
        AtomicBoolean complete = new AtomicBoolean();
        in(watches, id, Watch::new, watch -> complete.set(
                watch.advance(id, asked.workspace(), rule, asked.requesterId(), actionId, names, asked.at())));
        return complete.get();
    }

    private void trip(Asked asked, String actionId, Watched watched) {
        MonitoringRule rule = watched.rule();
        in(books, "monitoring/" + asked.workspace(), RuleBook::new, book ->
                book.tripped(asked.workspace(), rule, watched.version(), asked.requesterId(), actionId, thrown(asked, rule)));
        tripwire.trip(asked.workspace(), rule.throwsScope(), rule.subjectFor(asked.requesterId()),
                "The monitoring rule " + rule.name() + " was broken: " + rule.words() + ".");
    }

    private static String thrown(Asked asked, MonitoringRule rule) {
        return KillSwitch.nameOf(rule.throwsScope(), rule.subjectFor(asked.requesterId()));
    }

    private static <T> void in(Repository<T> repository, String id, Callable<T> first, Consumer<T> change) {
        try {
            repository.loadOrCreate(id, first).execute(change);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
