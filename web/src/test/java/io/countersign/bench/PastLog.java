package io.countersign.bench;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionExecuted;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.ActionEvent.ExecutionStarted;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.action.api.Verdict.Step;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.sealing.api.Sealed;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Writes a long past: actions as agents ask for them, each with its own data key, sealed and appended as the service does it, only many in one
 * append. Of five, three ran by themselves and two were approved by a person first: four events each.
 */
public final class PastLog {

    private static final int AT_ONCE = 200;
    private static final int WRITERS = 2;
    private static final Terms TERMS = new Terms("staged", Terms.ApprovalMode.MANUAL, Terms.Profile.of(Role.ANALYST, true),
            Terms.Execution.GATEWAY, Terms.ExecutionClass.ONCE, 30_000, Terms.OnTimeout.EXPIRE, false, "external", "built-in", "1");
    private static final String PARAMS = "{\"to\":[\"ben%1$d@example.com\"],\"subject\":\"Minutes of meeting %1$d\",\"text\":\""
            + "The meeting went well, and the next one is due. ".repeat(8) + "\"}";
    private static final String GATHERED = "{\"agent\":{\"id\":\"agent-%d\",\"kind\":\"agent\",\"owner\":\"person-1\"}}";

    private final Clock clock;
    private final Keyring keyring;
    private final EventStore events;

    PastLog(ApplicationContext store, Clock clock) {
        this.clock = clock;
        this.keyring = store.getBean(Keyring.class);
        this.events = store.getBean(EventStore.class);
    }

    /**
     * Appends so many actions to a database in which nothing runs, sealed under a master key of zeros.
     *
     * @param clock says when all that was
     */
    public static void into(DataSource database, int actions, Clock clock) throws InterruptedException {
        try (AnnotationConfigApplicationContext store = new AnnotationConfigApplicationContext()) {
            store.registerBean(DataSource.class, () -> database, definition -> definition.setDestroyMethodName(""));
            store.registerBean(PlatformTransactionManager.class, () -> new DataSourceTransactionManager(database));
            store.registerBean(Clock.class, () -> clock);
            store.registerBean(MasterKey.class, () -> new MasterKey(new byte[32]));
            store.scan("io.countersign.command.store");
            store.refresh();
            new PastLog(store, clock).write(actions);
        }
    }

    /** Appends so many actions. */
    void write(int actions) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(Thread.ofPlatform().start(() -> {
                for (int from = next.getAndAdd(AT_ONCE); from < actions; from = next.getAndAdd(AT_ONCE)) {
                    append(from, Math.min(actions, from + AT_ONCE));
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private void append(int from, int until) {
        DefaultUnitOfWork.startAndGet(GenericMessage.asMessage("bench")).execute(() -> {
            Instant moment = clock.instant().truncatedTo(ChronoUnit.MICROS);
            List<GenericDomainEventMessage<?>> messages = new ArrayList<>();
            for (int number = from; number < until; number++) {
                String id = id(moment, number);
                keyring.create(id);
                MetaData metadata = MetaData.from(Map.of("actor", "agent-" + number % 20, "workspace", "default", "origin", "api",
                        "request_id", UUID.randomUUID().toString(), "trace_id", UUID.randomUUID().toString()));
                long sequence = 0;
                for (ActionEvent event : life(id, number, moment)) {
                    messages.add(new GenericDomainEventMessage<>("Action", id, sequence++, new GenericMessage<>(event, metadata), moment));
                }
            }
            events.publish(messages);
        });
    }

    /** Sorted by time of making, as those of the service. */
    private static String id(Instant moment, int number) {
        return new UUID(moment.toEpochMilli() << 16 | 0x7000 | number & 0xFFF, UUID.randomUUID().getLeastSignificantBits()).toString();
    }

    private List<ActionEvent> life(String id, int number, Instant moment) {
        BiFunction<String, Object, Sealed> seal = (place, content) -> keyring.seal(id, place, content);
        boolean asked = number % 5 > 2;
        List<ActionEvent> life = new ArrayList<>();
        life.add(new ActionRequested(id, "default", "agent-" + number % 20, "person-1", "api", number % 2 == 0 ? "email:send" : "jira:create",
                number % 2 == 0 ? "email" : "jira", number % 2 == 0 ? "send" : "create", UUID.randomUUID().toString() + UUID.randomUUID(), null,
                false, TERMS, seal.apply("action.requested", new ActionContent.Request(PARAMS.formatted(number), UUID.randomUUID().toString(),
                        null, "Send minutes " + number, "ben" + number + "@example.com", "They were asked for", null))));
        Verdict verdict = verdict(asked ? Outcome.REQUIRE_APPROVAL : Outcome.ALLOW, seal.apply("action.verdict",
                new ActionContent.Judgement(GATHERED.formatted(number % 20), null, List.of(), List.of(), null)), moment);
        life.add(asked ? new ActionApprovalRequired(id, verdict, moment.plusSeconds(86_400), null) : new ActionAutoApproved(id, verdict));
        if (asked) {
            life.add(new ActionApproved(id, "person-1", null, "api", "digest", null, seal.apply("action.approved",
                    new ActionContent.Remark("Fine"))));
        }
        life.add(new ExecutionStarted(id, 1, "node-1", moment.plusSeconds(60), "1"));
        life.add(new ActionExecuted(id, 1, true, false, false, seal.apply("action.executed",
                new ActionContent.Result("{\"id\":\"m-" + number + "\"}", null))));
        return life;
    }

    private static Verdict verdict(Outcome outcome, Sealed words, Instant moment) {
        List<Step> trace = List.of(new Step("switches", "pass", "nothing is switched off"), new Step("target", "pass", "the target is allowed"),
                new Step("limits", "pass", "there is room in the limits"), new Step("policies", "pass", "2 policies were asked; none objects"),
                new Step("mode", outcome == Outcome.ALLOW ? "pass" : "approval", "Mode " + outcome.name().toLowerCase(Locale.ROOT)));
        return new Verdict(outcome, null, null, 0, List.of("FinancialSafetyPolicy", "DataExfiltrationPolicy"), null, List.of(), List.of(), 180,
                "enforce", trace, null, new Verdict.Inputs(List.of(new Verdict.PolicyVersion("builtin-financial-safety", 1),
                        new Verdict.PolicyVersion("builtin-data-exfiltration", 1)), "0".repeat(64), words, moment, List.of(), Map.of()), null, null, null);
    }
}
