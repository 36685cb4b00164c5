package io.countersign.bench;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.store.api.Head;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.action.api.Reader;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.backtest.api.Backtest;
import io.countersign.query.backtest.api.Backtests;
import io.countersign.query.projection.api.Projections;
import io.countersign.query.proof.api.Proofs;
import io.countersign.query.proof.api.Verification;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What works on the whole log, on a log of a given size: the tree, the check, the views, a backtest. Each part runs in a service reduced to
 * what it needs, so that nothing else reads along.
 */
final class HistoryBench {

    private static final String STORE = "io.countersign.command.store";
    private static final String QUERY = "io.countersign.query.";
    private static final String PRINCIPALS = "io.countersign.command.principal";

    private static final List<String> MEASURED = List.of("actions", "queue", "insights", "audit");

    private final TestDatabase database;
    private final int actions;
    private final long backend;
    private long events;

    private HistoryBench(TestDatabase database, int actions) {
        this.database = database;
        this.actions = actions;
        this.backend = database.jdbc().sql("select pg_backend_pid()").query(Long.class).single();
    }

    /** Runs all parts and prints them. */
    static void run(int actions) throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            HistoryBench bench = new HistoryBench(database, actions);
            bench.write();
            bench.tree();
            double plain = bench.plain();
            bench.views(plain);
            bench.backtests();
        }
    }

    private AnnotationConfigApplicationContext service(String... packages) {
        AnnotationConfigApplicationContext service = new AnnotationConfigApplicationContext();
        service.registerBean(DataSource.class, database::dataSource, definition -> definition.setDestroyMethodName(""));
        service.registerBean(PlatformTransactionManager.class, () -> new DataSourceTransactionManager(database.dataSource()));
        service.registerBean(Clock.class, Clock::systemUTC);
        service.registerBean(MasterKey.class, () -> new MasterKey(new byte[32]));
        service.registerBean(ActionTypes.class, NoTypes::new);
        service.scan(STORE);
        if (packages.length > 0) {
            service.scan(packages);
        }
        service.refresh();
        return service;
    }

    private void write() throws Exception {
        try (AnnotationConfigApplicationContext service = service()) {
            PastLog past = new PastLog(service, Clock.systemUTC());
            Cost cost = Cost.of(backend, () -> {
                past.write(actions);
                return null;
            });
            events = service.getBean(Head.class).index() + 1;
            long bytes = database.jdbc().sql("select pg_total_relation_size('command.domain_event_entry')").query(Long.class).single();
            print("a log of %,d actions, %,d events, %,d MB, heap at most %,d MB, written at %s", actions, events, bytes >> 20,
                    Runtime.getRuntime().maxMemory() >> 20, cost.on(events));
        }
    }

    private void tree() throws Exception {
        try (AnnotationConfigApplicationContext service = service(QUERY + "proof")) {
            Proofs proofs = service.getBean(Proofs.class);
            print("the tree catches up                %s   goal >= 50,000", Cost.of(backend, proofs::checkpoint).on(events));
            Verification[] found = new Verification[1];
            for (int round = 0; round < 2; round++) {
                Cost cost = Cost.of(backend, () -> found[0] = proofs.verify());
                print("the check, %s                  %s   goal >= 200,000", found[0].passed() ? "valid" : "NOT VALID", cost.on(events));
            }
        }
    }

    /** The reference for replay: rows streamed and parsed, and nothing done with them. */
    private double plain() throws Exception {
        JsonMapper json = JsonMapper.shared();
        double best = 0;
        for (int round = 0; round < 2; round++) {
            Cost cost = Cost.of(backend, () -> {
                try (Connection connection = database.dataSource().getConnection()) {
                    connection.setAutoCommit(false);
                    try (PreparedStatement select = connection.prepareStatement(
                            "select payload_type, payload, meta_data, time_stamp from command.domain_event_entry order by global_index")) {
                        select.setFetchSize(2_000);
                        try (ResultSet rows = select.executeQuery()) {
                            while (rows.next()) {
                                json.readTree(rows.getString(2));
                                json.readTree(rows.getString(3));
                            }
                        }
                    }
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
                return null;
            });
            best = Math.max(best, cost.perSecond(events));
            print("plain JDBC with JSON parsing       %s", cost.on(events));
        }
        return best;
    }

    private void views(double plain) throws Exception {
        try (AnnotationConfigApplicationContext service = service(PRINCIPALS, QUERY + "projection", QUERY + "action",
                QUERY + "audit", QUERY + "insight")) {
            Projections projections = service.getBean(Projections.class);
            print("views follow from the start        %s", Cost.of(backend, () -> {
                while (projections.all().stream().anyMatch(state -> MEASURED.contains(state.name()) && state.lag() > 0)) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                return null;
            }).on(events));
            for (String view : MEASURED) {
                double[] built = new double[1];
                String[] end = new String[1];
                Cost cost = Cost.of(backend, () -> {
                    end[0] = rebuild(projections, view, built);
                    return null;
                });
                print("view %-8s built anew            %s   %.0f /s until the comparison (%s); ratio %.2f, goal >= 0.5", view, cost.on(events),
                        events / built[0], end[0], events / built[0] / plain);
            }
            searches(service.getBean(AuditLog.class));
        }
    }

    /** The first page of what people look for; the slowest of five looks counts, after two to warm up. */
    private void searches(AuditLog audit) {
        Reader reader = new Reader("person-1", "default", Role.ADMIN);
        Instant now = Instant.now();
        Map<String, AuditLog.Filter> searches = new LinkedHashMap<>();
        searches.put("everything", AuditLog.Filter.ALL);
        searches.put("an actor", new AuditLog.Filter("agent-3", null, null, null, null, null));
        searches.put("an event", new AuditLog.Filter(null, "action.approved", null, null, null, null));
        searches.put("families", new AuditLog.Filter(null, "policy,action", null, null, null, null));
        searches.put("what never was", new AuditLog.Filter(null, "policy,switch.engaged", null, null, null, null));
        searches.put("actor and event", new AuditLog.Filter("agent-3", "action.approval_required", null, null, null, null));
        searches.put("actor and no event", new AuditLog.Filter("agent-3", "action.denied", null, null, null, null));
        searches.put("actor, no type", new AuditLog.Filter("agent-3", null, null, "jira:comment", null, null));
        searches.put("agent, type", new AuditLog.Filter(null, null, null, "email:send", null, null, null, "agent-4", null));
        searches.put("long ago", new AuditLog.Filter(null, null, null, null, now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1))));
        searches.put("an actor, long ago", new AuditLog.Filter("agent-3", null, null, null, null, now.minus(Duration.ofDays(1))));
        searches.put("a target", new AuditLog.Filter(null, null, null, null, null, null, "agent-3", null, null));
        searches.put("a word", new AuditLog.Filter(null, null, null, null, null, null, null, null, "approv"));
        searches.put("a word of nothing", new AuditLog.Filter(null, null, null, null, null, null, null, null, "nothing has this"));
        searches.forEach((name, filter) -> {
            long slowest = 0;
            int found = 0;
            for (int look = 0; look < 7; look++) {
                long began = System.nanoTime();
                found = audit.find(reader, filter, null, 50).items().size();
                slowest = look < 2 ? slowest : Math.max(slowest, System.nanoTime() - began);
            }
            print("audit, %-22s      %6.1f ms, %d rows   goal < 100 ms at a million", name, slowest / 1e6, found);
        });
    }

    private static String rebuild(Projections projections, String view, double[] built) throws InterruptedException {
        long began = System.nanoTime();
        projections.rebuild(view);
        while (true) {
            Projections.Rebuild state = projections.all().stream().filter(one -> one.name().equals(view)).findFirst().orElseThrow().rebuild();
            if (state != null && !List.of("building", "indexing").contains(state.phase()) && built[0] == 0) {
                built[0] = (System.nanoTime() - began) / 1e9;
            }
            if (state != null && state.finishedAt() != null) {
                return state.phase();
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private void backtests() throws Exception {
        try (AnnotationConfigApplicationContext service = service(QUERY + "backtest")) {
            List<Map<String, Object>> rules = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                rules.add(Map.of("condition", Map.of("type", "pattern", "regex", "secret-" + i + "[0-9]{4}"), "effect", "block"));
            }
            rules.add(Map.of("condition", Map.of("type", "amount", "above", 1_000), "effect", "block"));
            rules.add(Map.of("condition", Map.of("type", "action", "glob", "email:*"), "effect", "require_approval"));
            backtest(service, "ten rules over requests", rules);
            rules.set(8, Map.of("condition", Map.of("type", "expression", "cel", "agent.id == 'agent-3' && params.subject.contains('7')"), "effect",
                    "block"));
            backtest(service, "ten rules over all facts", rules);
            backtest(service, "one rule over names", List.of(rules.get(9)));
        }
    }

    private void backtest(AnnotationConfigApplicationContext service, String what, List<Map<String, Object>> rules) throws Exception {
        Backtests backtests = service.getBean(Backtests.class);
        String id = UUID.randomUUID().toString();
        Cost cost = Cost.of(backend, () -> {
            backtests.start(id, "default", new Backtests.Plan(List.of(PolicyJson.read(Map.of("name", "bench", "rules", rules))), Duration.ofDays(1)));
            return backtests.await("default", id, Duration.ofMinutes(10));
        });
        Backtest report = backtests.byId("default", id).orElseThrow();
        print("backtest, %-24s %s   %s, %,d changes; a million in %.0f s, goal < 60 s", what, cost.on(report.processed()),
                report.state(), report.changes().stream().mapToLong(Backtest.Change::count).sum(),
                1_000_000 / cost.perSecond(report.processed()));
    }

    /** No entry of a catalogue stands behind what was asked for. */
    private record NoTypes() implements ActionTypes {

        @Override
        public Optional<ActionType> byName(String name) {
            return Optional.empty();
        }

        @Override
        public Collection<ActionType> all() {
            return List.of();
        }

        @Override
        public List<ParameterFault> faults(ActionType type, JsonNode params) {
            return List.of();
        }
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
