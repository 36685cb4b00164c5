package io.countersign.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.api.Refused;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Changes;
import io.countersign.query.action.api.Reader;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.insight.api.Insights;
import io.countersign.query.projection.api.Projections;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ActionViewsTests {

    private static final Instant TOMORROW = Instant.parse("2100-01-01T00:00:00Z");

    private TestDatabase database;
    private Node node;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        node = Node.on(database);
    }

    @AfterEach
    void stop() {
        node.close();
        database.close();
    }

    private List<String> ids(Actions.Page page) {
        return page.items().stream().map(ActionRow::id).toList();
    }

    private static ActionFilter status(ActionStatus... statuses) {
        return new ActionFilter(Set.of(statuses), null, null, null, null, null, 100, null);
    }

    @Nested
    class Given_actions_in_several_states {

        @Test
        void lists_hold_the_callers_own_writes_newest_first() {
            String first = node.pending("agent-1", TOMORROW);
            String second = node.pending("agent-2", TOMORROW);
            assertThat(ids(node.actions().find(Node.ADMIN, Node.ALL))).containsExactly(second, first);
            node.approve(first);
            assertThat(ids(node.actions().find(Node.ADMIN, status(ActionStatus.APPROVED)))).containsExactly(first);
            assertThat(ids(node.actions().find(Node.ADMIN, status(ActionStatus.APPROVED, ActionStatus.PENDING))))
                    .containsExactly(second, first);
            assertThat(ids(node.actions().queue(Node.ADMIN, Node.ALL))).containsExactly(second);
        }

        @Test
        void the_row_tells_what_was_asked_decided_and_done() {
            String id = node.pending("agent-1", TOMORROW);
            node.approve(id);
            node.execute(id);
            ActionRow row = node.actions().byId(Node.ADMIN, id).orElseThrow();
            assertThat(row.status()).isEqualTo(ActionStatus.EXECUTED);
            assertThat(row.payload()).isEqualTo("{\"to\":\"a@example.com\"}");
            assertThat(row.decidedBy()).isEqualTo("person-1");
            assertThat(row.decisionReason()).isEqualTo("fine");
            assertThat(row.captured()).isTrue();
            assertThat(row.version()).isEqualTo(5);
            assertThat(node.actions().timeline(Node.ADMIN, id)).extracting(entry -> entry.lane())
                    .containsExactly("agent", "gateway", "people", "executor", "executor");
            assertThat(ids(node.actions().find(Node.ADMIN, new ActionFilter(Set.of(), null, null, null, null, true, 10, null))))
                    .containsExactly(id);
        }

        @Test
        void an_agent_sees_its_own_and_another_workspace_nothing() {
            String own = node.pending("agent-1", TOMORROW);
            String other = node.pending("agent-2", TOMORROW);
            Reader agent = new Reader("agent-1", "default", null);
            Reader stranger = new Reader("person-1", "elsewhere", Node.ADMIN.role());
            assertThat(ids(node.actions().find(agent, Node.ALL))).containsExactly(own);
            assertThat(node.actions().byId(agent, other)).isEmpty();
            assertThat(node.actions().find(stranger, Node.ALL).items()).isEmpty();
            assertThat(node.actions().byId(stranger, own)).isEmpty();
            assertThat(node.actions().timeline(stranger, own)).isEmpty();
            assertThat(node.actions().counts(agent)).containsEntry(ActionStatus.PENDING, 1L);
            assertThat(node.actions().counts(Node.ADMIN)).containsEntry(ActionStatus.PENDING, 2L);
        }

        @Test
        void pages_go_on_where_the_last_one_ended_in_every_order() {
            List<String> made = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                made.addFirst(node.pending("agent-1", TOMORROW.plusSeconds(i)));
            }
            assertThat(paged(cursor -> node.actions().find(Node.ADMIN, Node.filter(3, cursor)))).containsExactlyElementsOf(made);
            assertThat(paged(cursor -> node.actions().find(Node.ADMIN,
                    new ActionFilter(Set.of(ActionStatus.PENDING), null, "email:send", "agent-1", "talk-1", null, 3, cursor))))
                    .containsExactlyElementsOf(made);
            assertThat(paged(cursor -> node.actions().queue(Node.ADMIN, Node.filter(3, cursor))))
                    .containsExactlyElementsOf(made.reversed());
        }

        private List<String> paged(Function<String, Actions.Page> question) {
            List<String> ids = new ArrayList<>();
            String cursor = null;
            do {
                Actions.Page page = question.apply(cursor);
                ids.addAll(ids(page));
                cursor = page.nextCursor();
            } while (cursor != null);
            return ids;
        }

        @Test
        void a_bad_cursor_or_limit_is_refused() {
            assertThatThrownBy(() -> node.actions().find(Node.ADMIN, Node.filter(10, "%%"))).isInstanceOf(Refused.class);
            assertThatThrownBy(() -> node.actions().find(Node.ADMIN, Node.filter(0, null))).isInstanceOf(Refused.class);
            assertThatThrownBy(() -> node.actions().queue(Node.ADMIN, Node.filter(101, null))).isInstanceOf(Refused.class);
        }

        @Test
        void the_audit_log_has_one_row_for_each_event() {
            String id = node.pending("agent-1", TOMORROW);
            node.approve(id);
            var page = node.get(AuditLog.class).find(Node.ADMIN, new AuditLog.Filter(null, "action", id, "email:send", null, null), null, 2);
            assertThat(page.items()).extracting(entry -> entry.event()).containsExactly("action.approved", "action.approval_required");
            assertThat(page.items().getFirst().status()).isEqualTo("approved");
            assertThat(page.nextBefore()).isEqualTo(1L);
        }
    }

    @Nested
    class Given_a_waiting_caller {

        @Test
        void the_answer_comes_when_the_status_changes() throws Exception {
            String id = node.pending("agent-1", TOMORROW);
            var answer = CompletableFuture.supplyAsync(
                    () -> node.actions().await(Node.ADMIN, id, Set.of(ActionStatus.PENDING), Duration.ofSeconds(20)));
            node.approve(id);
            assertThat(answer.get().orElseThrow().status()).isEqualTo(ActionStatus.APPROVED);
            assertThat(node.actions().await(Node.ADMIN, id, Set.of(ActionStatus.APPROVED), Duration.ofMillis(20)).orElseThrow().status())
                    .isEqualTo(ActionStatus.APPROVED);
        }

        @Test
        void listeners_on_another_node_are_told_after_the_view_has_it() throws Exception {
            List<Actions.Change> told = new CopyOnWriteArrayList<>();
            try (Node other = node.another(database); AutoCloseable subscription = other.get(Changes.class).subscribe(told::add)) {
                String id = node.pending("agent-1", TOMORROW);
                await().atMost(Duration.ofSeconds(5)).until(() -> told.stream().anyMatch(change -> change.actionId().equals(id)));
                assertThat(ids(other.actions().queue(Node.ADMIN, Node.ALL))).containsExactly(id);
            }
        }
    }

    @Nested
    class Given_an_event_that_cannot_be_taken_in {

        @Test
        void its_stream_is_parked_and_the_others_go_on_until_it_is_tried_again() {
            owner("alter table query.actions add constraint poison check (requester <> 'poison')");
            String bad = node.pending("poison", TOMORROW);
            node.approve(bad);
            String good = node.pending("agent-1", TOMORROW);
            await().atMost(Duration.ofSeconds(20)).until(() -> state("actions").lag() == 0);
            assertThat(ids(node.actions().find(Node.ADMIN, Node.ALL))).containsExactly(good);
            assertThat(state("actions").parked()).isEqualTo(3);
            assertThat(node.get(Projections.class).retryParked("actions")).isZero();
            owner("alter table query.actions drop constraint poison");
            assertThat(node.get(Projections.class).retryParked("actions")).isEqualTo(3);
            assertThat(ids(node.actions().find(Node.ADMIN, status(ActionStatus.APPROVED)))).containsExactly(bad);
            assertThat(state("actions").parked()).isZero();
        }
    }

    @Nested
    class Given_several_policies_that_found_something {

        private static Verdict.Finding finding(String severity, @Nullable String policy) {
            return new Verdict.Finding("some-rule", severity, "It was found.", policy, "block", null, null, null);
        }

        private static Verdict verdict(String decisive, List<Verdict.Finding> violations, List<Verdict.Finding> warnings) {
            return new Verdict(Verdict.Outcome.REQUIRE_APPROVAL, null, null, 0.5, List.of(), decisive, violations, warnings, 0, "enforce", List.of());
        }

        private String asked(Verdict verdict) {
            String id = UUID.randomUUID().toString();
            node.append(id, (action, sealer) -> List.of(Node.requested(action, "default", "agent-1", sealer),
                    new ActionApprovalRequired(action, verdict, TOMORROW, null)));
            return id;
        }

        @Test
        void each_is_counted_with_its_own_severity_and_none_is_blamed_for_another() {
            asked(verdict("outbound-mail", List.of(finding("low", "outbound-mail"), finding("high", "outbound-mail"), finding("critical", "secrets")),
                    List.of(finding("medium", "manners"))));
            String second = asked(verdict("budget:auto_approve_limit", List.of(finding("critical", null), finding("critical", "secrets")), List.of()));
            node.append(second, (action, sealer) -> List.of(new ActionBlocked(action,
                    verdict("outbound-mail", List.of(finding("high", "outbound-mail")), List.of()), "execution")));
            Insights insights = node.get(Insights.class);
            Instant now = Instant.now();
            assertThat(insights.report(Node.ADMIN, now.minusSeconds(3600), now.plusSeconds(60), Duration.ofHours(1)).policies()).containsExactly(
                    new Insights.PolicyCount("secrets", 2, Map.of("critical", 2L)), new Insights.PolicyCount("manners", 1, Map.of("medium", 1L)),
                    new Insights.PolicyCount("outbound-mail", 1, Map.of("high", 1L)));
            assertThat(insights.violations(Node.ADMIN, "agent-1", null, null, 10)).extracting(Insights.Violation::policy, Insights.Violation::severity)
                    .containsExactly(tuple("budget:auto_approve_limit", null), tuple("outbound-mail", "high"));
            node.get(Projections.class).rebuild("insights");
            await().atMost(Duration.ofSeconds(30)).until(() -> state("insights").rebuild().finishedAt() != null);
            assertThat(state("insights").rebuild().identical()).as(state("insights").rebuild().message()).isTrue();
        }
    }

    @Nested
    class Given_a_rebuild_while_others_write {

        @Test
        void the_new_view_is_the_same_and_takes_over() {
            for (int i = 0; i < 50; i++) {
                String id = node.pending("agent-" + i % 3, TOMORROW);
                if (i % 2 == 0) {
                    node.approve(id);
                }
                if (i % 4 == 0) {
                    node.execute(id);
                }
            }
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                while (!done.get()) {
                    node.approve(node.pending("agent-9", TOMORROW));
                }
            });
            try {
                for (String view : List.of("actions", "queue", "audit")) {
                    node.get(Projections.class).rebuild(view);
                    await().atMost(Duration.ofSeconds(30)).until(() -> state(view).rebuild().finishedAt() != null);
                    assertThat(state(view).rebuild().phase()).as(state(view).rebuild().message()).isEqualTo("switched");
                    assertThat(state(view).rebuild().identical()).isTrue();
                }
            } finally {
                done.set(true);
                writer.join();
            }
            String last = node.pending("agent-1", TOMORROW);
            assertThat(ids(node.actions().queue(Node.ADMIN, Node.ALL))).contains(last);
            assertThat(state("queue").running()).isTrue();
        }

        @Test
        void the_new_view_has_every_index_of_the_old_and_nobody_takes_them_from_one_that_serves() {
            node.approve(node.pending("agent-1", TOMORROW));
            for (String view : List.of("actions", "queue", "audit", "insights")) {
                List<String> before = indexes(view, "a");
                node.get(Projections.class).rebuild(view);
                await().atMost(Duration.ofSeconds(30)).until(() -> state(view).rebuild().finishedAt() != null);
                assertThat(state(view).rebuild().phase()).as(state(view).rebuild().message()).isEqualTo("switched");
                assertThat(indexes(view, "b")).hasSizeGreaterThan(2).isEqualTo(before);
                assertThatThrownBy(() -> database.jdbc().sql("select 1 from query.drop_view_indexes(?)").param(view + "_b").query().singleRow())
                        .hasStackTraceContaining("The indexes of a slot that is read stay");
            }
            assertThatThrownBy(() -> database.jdbc().sql("drop index query.actions_a_newest").update()).hasStackTraceContaining("must be owner");
        }

        private List<String> indexes(String view, String letter) {
            return database.jdbc().sql("select replace(indexdef, ?, 'slot') from pg_indexes where schemaname = 'query' and tablename = ? order by 1")
                    .param(view + "_" + letter).param(view + "_" + letter).query(String.class).list();
        }

        @Test
        void a_difference_is_told_and_the_old_view_goes_on() {
            node.pending("agent-1", TOMORROW);
            assertThat(node.actions().find(Node.ADMIN, Node.ALL).items()).hasSize(1);
            database.jdbc().sql("update query.actions set automatic = true").update();
            node.get(Projections.class).rebuild("actions");
            await().atMost(Duration.ofSeconds(30)).until(() -> state("actions").rebuild().finishedAt() != null);
            assertThat(state("actions").rebuild().phase()).isEqualTo("differs");
            assertThat(state("actions").rebuild().message()).startsWith("1 of 1 rows differ");
            assertThat(database.jdbc().sql("select live_slot from query.projection where name = 'actions'").query(String.class).single())
                    .isEqualTo("a");
        }

        @Test
        void what_nobody_knows_and_what_the_database_refuses_is_parked_in_the_new_view_as_in_the_old() {
            owner("alter table query.actions add constraint poison check (requester <> 'poison')");
            node.approve(node.pending("poison", TOMORROW));
            owner("""
                    insert into command.domain_event_entry select max(global_index) + 1, 'event-x', 'action-x', 0, 'Action',
                        '2026-11-21T08:00:00.000000Z', 'action.not_yet_invented', '1', '{}', '{}' from command.domain_event_entry""");
            String good = node.pending("agent-1", TOMORROW);
            await().atMost(Duration.ofSeconds(20)).until(() -> state("actions").lag() == 0);
            assertThat(state("actions").parked()).isEqualTo(4);
            node.get(Projections.class).rebuild("actions");
            await().atMost(Duration.ofSeconds(30)).until(() -> state("actions").rebuild().finishedAt() != null);
            assertThat(state("actions").rebuild().phase()).as(state("actions").rebuild().message()).isEqualTo("switched");
            assertThat(state("actions").parked()).isEqualTo(4);
            assertThat(ids(node.actions().find(Node.ADMIN, Node.ALL))).containsExactly(good);
        }

        @Test
        void an_unknown_view_is_refused() {
            assertThatThrownBy(() -> node.get(Projections.class).rebuild("nothing")).isInstanceOf(Refused.class);
        }
    }

    @Nested
    class Given_half_of_an_append {

        @Test
        void an_action_without_a_verdict_is_not_there_yet() {
            String id = UUID.randomUUID().toString();
            node.append(id, (action, sealer) -> List.of(Node.requested(action, "default", "agent-1", sealer)));
            assertThat(node.actions().find(Node.ADMIN, Node.ALL).items()).isEmpty();
            assertThat(node.actions().queue(Node.ADMIN, Node.ALL).items()).isEmpty();
            node.append(id, (action, sealer) -> List.of(new ActionBlocked(action, Node.VERDICT, "request")));
            ActionRow row = node.actions().find(Node.ADMIN, Node.ALL).items().getFirst();
            assertThat(row.decision()).isEqualTo("blocked");
            assertThat(row.automatic()).isTrue();
        }
    }

    @Nested
    class Given_events_that_come_again {

        @Test
        void nothing_changes() {
            for (int i = 0; i < 5; i++) {
                String id = node.pending("agent-1", TOMORROW);
                if (i > 0) {
                    node.approve(id);
                }
                if (i > 2) {
                    node.execute(id);
                }
            }
            List<String> before = rows();
            node.close();
            database.jdbc().sql("update query.projection_slot set position = -1").update();
            database.jdbc().sql("delete from command.token_entry").update();
            node = Node.on(database);
            assertThat(rows()).isEqualTo(before).hasSize(5 + 3 + 18);
        }

        private List<String> rows() {
            await().atMost(Duration.ofSeconds(10)).until(() -> node.get(Projections.class).all().stream().allMatch(it -> it.lag() == 0));
            return database.jdbc().sql("""
                    select a::text from query.actions a union all select q::text from query.queue q union all select l::text from query.audit l
                    order by 1""").query(String.class).list();
        }
    }

    @Nested
    class Given_many_actions {

        private static final int DECIDED = 100_000;
        private static final int WAITING = 10_000;

        @Test
        void every_filter_finds_its_first_page_by_an_index() {
            database.jdbc().sql("""
                    insert into query.actions (slot, id, workspace, requester, action_type, conversation_id, status, automatic, captured,
                        requested_at, last_index)
                    select 'a', 'action-' || n, 'default', 'agent-' || n % 7, 'type:' || n % 11, 'talk-' || n % 5000, 'executed', n % 2 = 0,
                        n % 3 = 0, n, n from generate_series(1, ?) n""").param(DECIDED).update();
            database.jdbc().sql("""
                    insert into query.queue (slot, id, workspace, requester, action_type, status, deadline, requested_at, last_index)
                    select 'a', 'action-' || n, 'default', 'agent-' || n % 7, 'type:' || n % 11, 'pending', n, n, n
                    from generate_series(1, ?) n""").param(WAITING).update();
            owner("analyze query.actions, query.queue");
            for (Set<ActionStatus> statuses : List.of(Set.<ActionStatus>of(), Set.of(ActionStatus.EXECUTED),
                    Set.of(ActionStatus.DENIED, ActionStatus.FAILED))) {
                for (Boolean automatic : new Boolean[] {null, true}) {
                    for (String type : new String[] {null, "type:3", "type:none"}) {
                        for (String requester : new String[] {null, "agent-2", "agent-none"}) {
                            for (String conversation : new String[] {null, "talk-9"}) {
                                for (Boolean captured : new Boolean[] {null, true}) {
                                    var filter = new ActionFilter(statuses, automatic, type, requester, conversation, captured, 50, null);
                                    isQuick(filter.toString(), () -> node.actions().find(Node.ADMIN, filter));
                                }
                            }
                        }
                    }
                }
            }
            isQuick("queue", () -> node.actions().queue(Node.ADMIN, Node.filter(50, null)));
            isQuick("queue", () -> node.actions().queue(Node.ADMIN, new ActionFilter(Set.of(ActionStatus.STALE), null, "type:none", null, null,
                    null, 50, null)));
            isQuick("counts", () -> assertThat(node.actions().counts(Node.ADMIN)).containsEntry(ActionStatus.EXECUTED, 10_001L));
        }

        /** The best of ten, so that a busy machine does not count. */
        private void isQuick(String what, Runnable question) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 10 && best > QUICK.toNanos(); i++) {
                long start = System.nanoTime();
                question.run();
                best = Math.min(best, System.nanoTime() - start);
            }
            assertThat(Duration.ofNanos(best)).as(what).isLessThan(QUICK);
        }

        private static final Duration QUICK = Duration.ofMillis(50);
    }

    private void owner(String sql) {
        JdbcClient.create(database.ownerDataSource()).sql(sql).update();
    }

    private Projections.State state(String view) {
        return node.get(Projections.class).all().stream().filter(state -> state.name().equals(view)).findFirst().orElseThrow();
    }
}
