package io.countersign.command.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.Safeguard.Asked;
import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.settings.api.ActionSettings.Gates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class GateSafeguardTests {

    private static Opinion opinion(Gates gates, String type) {
        var settings = new ActionSettings(ActionSettings.NONE, Map.of(), Duration.ofHours(1), gates, List.of());
        return new GateSafeguard(settings).examine(new Asked("default", "scout", true, type, "git", "commit_work", "internal", false, Instant.EPOCH),
                JsonMapper.shared().createObjectNode()).getFirst();
    }

    @Nested
    class Given_commits_wait_for_a_person {

        @Test
        void a_commit_asks_for_one_through_whatever_entry() {
            assertThat(opinion(new Gates(true, false), "git_commit"))
                    .isEqualTo(new Opinion.Ask("gate:require_commit_approval", "Every commit waits for a person here."));
        }

        @Test
        void a_push_and_undoing_do_not() {
            assertThat(opinion(new Gates(true, false), "git_push")).isInstanceOf(Opinion.Pass.class);
            assertThat(opinion(new Gates(true, false), "action:undo")).isInstanceOf(Opinion.Pass.class);
        }
    }

    @Nested
    class Given_undoing_waits_for_a_person {

        @Test
        void undoing_asks_for_one() {
            assertThat(opinion(new Gates(false, true), "action:undo")).isInstanceOf(Opinion.Ask.class);
            assertThat(opinion(new Gates(false, true), "git_commit")).isInstanceOf(Opinion.Pass.class);
        }
    }

    @Nested
    class Given_no_gates {

        @Test
        void nothing_asks() {
            assertThat(opinion(Gates.OPEN, "git_commit")).isInstanceOf(Opinion.Pass.class);
        }
    }
}
