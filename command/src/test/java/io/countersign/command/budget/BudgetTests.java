package io.countersign.command.budget;

import static io.countersign.command.testing.People.HERE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionCommand.RecordExecuted;
import io.countersign.command.action.api.ActionCommand.RecordFailed;
import io.countersign.command.action.api.ActionCommand.RecordTimedOut;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.StartExecution;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionBudgetReserved;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.budget.api.Budget;
import io.countersign.command.budget.api.BudgetCommand.LiftBudget;
import io.countersign.command.budget.api.BudgetCommand.SetBudget;
import io.countersign.command.budget.api.Budgets;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.budget.api.Supply;
import io.countersign.command.budget.api.Supply.Span;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.Money;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.RateKeeper;
import io.countersign.command.evaluation.api.RateKeeper.Answer;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.principal.api.Role;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

class BudgetTests {

    private static final int AT_ONCE = 200;

    private static TestDatabase database;
    private static List<CommandModule> nodes;
    private static String admin;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        nodes = List.of(CommandModule.on(database, Parts.class), CommandModule.on(database, Parts.class));
        admin = node().person("ada", Role.ADMIN);
    }

    @AfterAll
    static void stop() {
        nodes.forEach(CommandModule::close);
        database.close();
    }

    @Nested
    class Given_a_window_for_ten {

        @Test
        void exactly_ten_of_two_hundred_payments_at_once_on_two_nodes_pass() {
            String agent = node().agent("racer", admin);
            set(agent, 100, 0, 1_000L, null, null);
            List<String> ids = all(number -> pay(nodes.get(number % 2), agent, 100));
            assertThat(ids.stream().map(id -> node().events(id).get(1)).filter(ActionAutoApproved.class::isInstance)).hasSize(10);
            assertThat(ids.stream().map(id -> node().events(id).get(1)).filter(ActionBlocked.class::isInstance)).hasSize(AT_ONCE - 10);
            assertThat(level(agent, "day").used()).isEqualTo(1_000);
        }

        @Test
        void exactly_ten_of_two_hundred_mails_at_once_on_two_nodes_pass_a_rate_of_ten() {
            String agent = node().agent("mailer", admin);
            List<Boolean> asked = all(number -> {
                try {
                    return ask(nodes.get(number % 2), agent, "note:rated", "{\"to\":\"ada@example.com\"}") != null;
                } catch (Refused refused) {
                    assertThat(refused.code()).isEqualTo(RefusalCode.RATE_LIMITED);
                    return false;
                }
            });
            assertThat(asked.stream().filter(passed -> passed)).hasSize(10);
        }
    }

    @Nested
    class Given_a_budget {

        @ParameterizedTest
        @CsvSource({"500, ActionAutoApproved", "501, ActionApprovalRequired", "1000, ActionApprovalRequired", "1001, ActionBlocked", "0, ActionAutoApproved"})
        void the_limit_is_automatic_and_the_ceiling_still_passes(long amount, String event) {
            String agent = node().agent("edge" + amount, admin);
            set(agent, 500, 1_000, null, null, null);
            assertThat(node().events(pay(node(), agent, amount)).get(1).getClass().getSimpleName()).isEqualTo(event);
        }

        @Test
        void no_limit_for_automatic_approval_asks_always_and_no_ceiling_lets_everything_be_asked() {
            String agent = node().agent("zero", admin);
            set(agent, 0, 0, null, null, null);
            assertThat(node().events(pay(node(), agent, 0)).get(1)).isInstanceOf(ActionApprovalRequired.class);
            assertThat(node().events(pay(node(), agent, Long.MAX_VALUE)).get(1)).isInstanceOf(ActionApprovalRequired.class);
        }

        @Test
        void without_a_budget_somebody_is_asked() {
            assertThat(node().events(pay(node(), node().agent("unset", admin), 1)).get(1)).isInstanceOf(ActionApprovalRequired.class);
        }

        @Test
        void the_ceiling_is_looked_at_first_when_it_is_below_the_limit() {
            String agent = node().agent("odd", admin);
            set(agent, 1_000, 500, null, null, null);
            assertThat(node().events(pay(node(), agent, 600)).get(1)).isInstanceOf(ActionBlocked.class);
        }

        @Test
        void the_last_tenth_is_warned_of() {
            String agent = node().agent("thrifty", admin);
            set(agent, 1_000, 0, 1_000L, null, null);
            assertThat(warnings(pay(node(), agent, 899))).isEmpty();
            assertThat(warnings(pay(node(), agent, 1))).singleElement().asString().contains("1.00 EUR of 10.00 EUR left");
        }

        @Test
        void all_windows_hold() {
            String agent = node().agent("windows", admin);
            set(agent, 1_000, 0, 1_000L, 500L, 300L);
            pay(node(), agent, 300);
            assertThat(level(agent, "day").used()).isEqualTo(300);
            assertThat(level(agent, "month").used()).isEqualTo(300);
            assertThat(level(agent, "24 h").used()).isEqualTo(300);
            assertThat(node().events(pay(node(), agent, 1)).get(1)).isInstanceOfSatisfying(ActionBlocked.class,
                    blocked -> assertThat(blocked.verdict().code()).isEqualTo("budget_exceeded"));
        }

        @Test
        void only_admins_set_and_lift_it_and_lifting_is_in_force_at_once() {
            String agent = node().agent("lifted", admin);
            set(agent, 500, 0, null, null, null);
            assertThat(nodes.getLast().part(Budgets.class).of(HERE)).anyMatch(budget -> agent.equals(budget.agentId()));
            assertThatThrownBy(() -> node().as(agent, new LiftBudget(HERE, agent, "EUR"))).isInstanceOf(Refused.class);
            node().as(admin, new LiftBudget(HERE, agent, "EUR"));
            assertThat(nodes.getLast().part(Budgets.class).of(HERE)).noneMatch(budget -> agent.equals(budget.agentId()));
        }

        @Test
        void it_cannot_be_negative_or_count_in_other_digits_than_its_currency() {
            assertThatThrownBy(() -> node().as(admin, new SetBudget(new Budget(HERE, null, "EUR", 3, 0, 0, null, null, null))))
                    .isInstanceOf(Refused.class).hasMessageContaining("2 digits");
            assertThatThrownBy(() -> node().as(admin, new SetBudget(new Budget(HERE, null, "EUR", 2, -1, 0, null, null, null))))
                    .isInstanceOf(Refused.class);
        }

        private List<String> warnings(String id) {
            return ((ActionAutoApproved) node().events(id).get(1)).verdict().warnings().stream().map(warning -> warning.message()).toList();
        }
    }

    @Nested
    class Given_a_payment_that_holds_some_of_it {

        @Test
        void what_is_denied_comes_back_in_the_append_of_the_denial() {
            String agent = node().agent("denied", admin);
            set(agent, 0, 0, 1_000L, null, 1_000L);
            String id = pay(node(), agent, 400);
            assertThat(node().events(id)).hasAtLeastOneElementOfType(ActionBudgetReserved.class);
            assertThat(level(agent, "day").used()).isEqualTo(400);
            node().as(admin, new DenyAction(id, HERE, admin, "api", null));
            assertThat(level(agent, "day").used()).isZero();
            assertThat(level(agent, "24 h").used()).isZero();
        }

        @Test
        void what_was_executed_stays_taken_and_what_failed_comes_back() {
            String agent = node().agent("done", admin);
            set(agent, 1_000, 0, 1_000L, null, null);
            String done = pay(node(), agent, 300);
            String failed = pay(node(), agent, 200);
            start(done);
            start(failed);
            node().as("system:gateway", new RecordExecuted(done, 1, false, false, null, null));
            node().as("system:gateway", new RecordFailed(failed, 1, "x", "x", null));
            assertThat(level(agent, "day").used()).isEqualTo(300);
        }

        @Test
        void what_was_given_back_and_happened_after_all_is_taken_again() {
            String agent = node().agent("late", admin);
            set(agent, 1_000, 0, 1_000L, null, 1_000L);
            String id = pay(node(), agent, 300);
            start(id);
            node().as("system:gateway", new RecordTimedOut(id, 1, "x"));
            assertThat(level(agent, "day").used()).isZero();
            node().as("system:gateway", new RecordExecuted(id, 1, false, false, null, null));
            assertThat(level(agent, "day").used()).isEqualTo(300);
            assertThat(level(agent, "24 h").used()).isEqualTo(300);
        }

        private static void start(String id) {
            Object attempt = node().as("system:gateway", new StartExecution(id, 0, "n", "v"));
            assertThat(attempt).isNotNull();
        }
    }

    @Nested
    class Given_a_rolling_window {

        private final Supply supply = new Supply(HERE, "rolling/" + System.identityHashCode(this), new Span.Rolling(Duration.ofHours(24)));
        private final Instant noon = Instant.parse("2026-03-02T12:00:00Z");

        @Test
        void what_was_taken_comes_back_a_day_later_and_not_before() {
            assertThat(take(noon, 6)).isTrue();
            assertThat(take(noon.plus(Duration.ofHours(12)), 4)).isTrue();
            assertThat(take(noon.plus(Duration.ofHours(23)), 1)).isFalse();
            assertThat(take(noon.plus(Duration.ofHours(25)), 6)).isTrue();
            assertThat(node().part(Reservations.class).used(supply, noon.plus(Duration.ofHours(25)))).isEqualTo(10);
        }

        private boolean take(Instant at, long amount) {
            return inCommand(() -> node().part(Reservations.class).reserve(supply, at, "a", amount, 10));
        }
    }

    @Nested
    class Given_a_rule_about_a_rate {

        private final Facts facts = new Facts(Map.of("agent", Map.of("id", "a-1"), "action", Map.of("name", "mail:send", "target", "x"),
                "params", Map.of("amount", 60L)));

        @Test
        void it_counts_for_each_agent_by_itself_and_looking_takes_nothing() {
            Condition.Rate rate = new Condition.Rate("*", false, "agent", 1, 60);
            assertThat(ask(rate, "r-1", facts, false)).isEqualTo(Answer.WITHIN);
            assertThat(ask(rate, "r-1", facts, true)).isEqualTo(Answer.WITHIN);
            assertThat(ask(rate, "r-1", facts, true)).isEqualTo(Answer.EXCEEDED);
            assertThat(ask(rate, "r-1", facts.with("agent", Map.of("id", "a-2")), true)).isEqualTo(Answer.WITHIN);
        }

        @Test
        void it_sums_amounts_and_cannot_tell_without_one() {
            Condition.Rate rate = new Condition.Rate("*", true, "action", 100, 3_600);
            assertThat(ask(rate, "r-2", facts, true)).isEqualTo(Answer.WITHIN);
            assertThat(ask(rate, "r-2", facts, true)).isEqualTo(Answer.EXCEEDED);
            assertThat(ask(rate, "r-2", facts.with("params", Map.of()), true)).isEqualTo(Answer.UNKNOWN);
        }

        private Answer ask(Condition.Rate rate, String rule, Facts of, boolean take) {
            return inCommand(() -> node().part(RateKeeper.class).ask(HERE, "p-1", rule, rate, of, Instant.parse("2026-03-02T12:00:00Z"), "a", take));
        }
    }

    private static CommandModule node() {
        return nodes.getFirst();
    }

    private static void set(String agent, long automatic, long ceiling, @Nullable Long day, @Nullable Long month, @Nullable Long rolling) {
        node().as(admin, new SetBudget(new Budget(HERE, agent, "EUR", 2, automatic, ceiling, day, month, rolling)));
    }

    private static Budgets.Level level(String agent, String label) {
        Budgets budgets = node().part(Budgets.class);
        Budget own = budgets.of(HERE).stream().filter(budget -> agent.equals(budget.agentId())).findFirst().orElseThrow();
        return budgets.levels(own, node().part(Clock.class).instant()).stream().filter(level -> level.label().equals(label)).findFirst().orElseThrow();
    }

    private static String pay(CommandModule node, String agent, long amount) {
        return ask(node, agent, "payment:test", "{\"amount\":" + amount + "}");
    }

    private static String ask(CommandModule node, String agent, String action, String params) {
        Submitted submitted = node.as(agent, new RequestAction(agent, HERE, "api", action, params, null, null, null, null, null, false));
        return submitted.actionId();
    }

    private static <T> T inCommand(Callable<T> work) {
        var result = DefaultUnitOfWork.startAndGet(org.axonframework.commandhandling.GenericCommandMessage.asCommandMessage("work"))
                .executeWithResult(work);
        if (result.isExceptional()) {
            throw new AssertionError(result.exceptionResult());
        }
        return result.getPayload();
    }

    private static <T> List<T> all(java.util.function.IntFunction<T> work) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = IntStream.range(0, AT_ONCE).mapToObj(number -> threads.submit(() -> work.apply(number))).toList();
            return futures.stream().map(future -> {
                try {
                    return future.get();
                } catch (InterruptedException | ExecutionException e) {
                    throw new AssertionError(e);
                }
            }).toList();
        }
    }

    /** The parts of a node, with a type that pays, and a rate of ten a conversation's life for notes. */
    public static class Parts extends CommandModule.Parts {

        @Override
        @Bean
        protected ActionSettings actionSettings() {
            return new ActionSettings(ActionSettings.NONE, Map.of("note:rated", new ActionSettings.Entry(null, null, null, null, 10, null)),
                    Duration.ofHours(24), List.of());
        }

        @Bean
        ActionType rated() {
            return new Pay("note:rated");
        }

        @Bean
        ActionType pay() {
            return new Pay("payment:test");
        }

        /** The clock stands still: a rate must not renew between two of the two hundred. */
        @Override
        @Bean
        protected Clock clock() {
            return Clock.fixed(Instant.parse("2026-03-02T12:00:00Z"), ZoneOffset.UTC);
        }
    }

    private record Pay(String name) implements ActionType {

        @Override
        public String description() {
            return "Pays.";
        }

        @Override
        public String parametersSchema() {
            return "{\"type\": \"object\"}";
        }

        @Override
        public ApprovalMode defaultMode() {
            return ApprovalMode.AUTO;
        }

        @Override
        public String scope() {
            return "external";
        }

        @Override
        public boolean reversible() {
            return false;
        }

        @Override
        public ExecutionClass executionClass() {
            return ExecutionClass.ONCE;
        }

        @Override
        public List<String> requiredCredentials() {
            return List.of();
        }

        @Override
        public Description describe(JsonNode params) {
            return new Description("Pay", "x");
        }

        @Override
        public Optional<Block> gate(JsonNode params, GateFacts facts) {
            return Optional.empty();
        }

        @Override
        public Optional<Money> money(JsonNode params) {
            return params.has("amount") ? Optional.of(new Money(params.path("amount").longValue(), "EUR", 2)) : Optional.empty();
        }
    }
}
