package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;

import io.countersign.command.action.api.ActionCommand.ArchiveContent;
import io.countersign.command.action.api.ActionCommand.EraseOldContent;
import io.countersign.command.action.api.ActionEvent.ContentArchived;
import io.countersign.command.action.api.ActionEvent.ContentErased;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ArchiveContentTests {

    private static final String FILE = "archive-3f6c0a7d12e4b598.jsonl";

    private final ActionFixture fixture = new ActionFixture();

    private static ArchiveContent archive(Instant idleSince, int events) {
        return new ArchiveContent(ID, idleSince, FILE, "5a", events, "7b");
    }

    private static ContentArchived archived() {
        return new ContentArchived(ID, FILE, "5a", 3, "7b");
    }

    @Nested
    class Given_an_ended_action {

        @Test
        void it_is_recorded_where_its_events_stand() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied("no").by(BEN)).when(archive(NOON, 3))
                    .expectEvents(archived()).expectResultMessagePayload(true);
        }

        @Test
        void not_when_something_happened_that_is_not_in_the_archive() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied("no").by(BEN)).when(archive(NOON, 2))
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void not_while_it_is_young() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied("no").by(BEN)).when(archive(NOON.minus(Duration.ofDays(1)), 3))
                    .expectNoEvents().expectResultMessagePayload(false);
        }
    }

    @Nested
    class Given_an_action_that_has_not_ended {

        @Test
        void its_content_stays_where_it_is() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(archive(NOON, 2)).expectNoEvents().expectResultMessagePayload(false);
        }
    }

    @Nested
    class Given_an_archived_action {

        @Test
        void once_is_enough() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied("no").by(BEN), archived()).when(archive(NOON, 4))
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void its_content_can_be_erased_all_the_same() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied("no").by(ANN), archived()).when(new EraseOldContent(ID, NOON))
                    .expectEvents(new ContentErased(ID, "system:retention", "retention", null));
        }
    }
}
