package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class FileActionTests {

    @Autowired
    private Cast cast;

    private Cast.Answer ask(String action, String params) {
        return cast.agent().post("/api/v1/actions", "{\"action\":\"" + action + "\",\"params\":" + params + "}");
    }

    @Nested
    class Given_an_agent_with_a_folder {

        @Test
        void it_writes_at_once_and_a_person_undoes_it() {
            var made = ask("file_create", "{\"path\":\"plan.txt\",\"content\":\"paint\"}");
            assertThat(made.text("status")).as(made.body()).isEqualTo("executed");
            var undone = cast.analyst().post("/api/v1/actions/" + made.text("id") + "/rollback", "{}");
            assertThat(undone.text("status")).as(undone.body()).isEqualTo("rolled_back");
            assertThat(ask("file_delete", "{\"path\":\"plan.txt\"}").text("status")).isEqualTo("scheduled");
        }

        @Test
        void what_it_takes_away_waits_half_a_minute_and_can_be_withdrawn() {
            ask("file_write", "{\"path\":\"old.txt\",\"content\":\"old\"}");
            var leaving = ask("file_delete", "{\"path\":\"old.txt\"}");
            assertThat(leaving.text("status")).isEqualTo("scheduled");
            assertThat(leaving.text("execute_at")).isNotEmpty();
            var withdrawn = cast.agent().post("/api/v1/actions/" + leaving.text("id") + "/cancel", "{}");
            assertThat(withdrawn.text("status")).isEqualTo("cancelled");
            assertThat(ask("file_create", "{\"path\":\"old.txt\"}").body()).contains("exists already");
        }

        @Test
        void a_way_out_of_the_folder_is_recorded_as_blocked() {
            var out = ask("file_write", "{\"path\":\"../../x\",\"content\":\"\"}");
            assertThat(out.text("status")).isEqualTo("blocked");
            assertThat(out.body()).contains("path_refused");
        }
    }
}
