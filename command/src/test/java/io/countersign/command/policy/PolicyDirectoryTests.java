package io.countersign.command.policy;

import static io.countersign.command.testing.PolicyText.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.evaluation.CachingCompiler;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyEvent;
import io.countersign.command.policy.api.PolicyEvent.PolicyDefined;
import io.countersign.command.policy.api.PolicyEvent.PolicyRetired;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.command.testing.People;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import tools.jackson.databind.JsonNode;

class PolicyDirectoryTests {

    @Nested
    class Given_a_node_that_is_cut_off_from_the_log {

        @Test
        void nothing_is_judged_by_what_it_remembers_and_what_was_missed_counts_once_it_is_back() {
            Growing log = new Growing();
            PolicyDirectory directory = new PolicyDirectory(log, log, People.all(), new CachingCompiler(), new StandingRules(
                    new NoTypes(), new ActionSettings(ActionSettings.NONE, Map.of(), Duration.ofHours(24), List.of()), Clock.systemUTC()));
            log.add(new PolicyDefined("p-1", People.HERE, 1, mail("guard")));
            assertThat(own(directory)).extracting(Policy::id).containsExactly("p-1");
            assertThat(directory.rulebook(People.HERE, null)).isNotNull();

            log.gone = true;
            isUnavailable(() -> directory.rulebook(People.HERE, null));
            isUnavailable(() -> directory.inForce(People.HERE, null));
            isUnavailable(() -> directory.byId(People.HERE, "p-1"));
            isUnavailable(() -> directory.all(People.HERE));

            log.add(new PolicyRetired("p-1", 2));
            log.gone = false;
            assertThat(own(directory)).isEmpty();
        }

        private static List<Policy> own(PolicyDirectory directory) {
            return directory.inForce(People.HERE, null).stream().filter(policy -> !policy.builtIn()).toList();
        }

        private static void isUnavailable(Runnable question) {
            assertThatThrownBy(question::run).isInstanceOfSatisfying(Refused.class,
                    refused -> assertThat(refused.code()).isEqualTo(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE));
        }
    }

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

    /** A log of policies in memory, which can be out of reach. */
    private static final class Growing implements ConfigurationLog, EventReader {

        private final List<Stored> events = new ArrayList<>();
        private boolean gone;

        void add(PolicyEvent event) {
            long index = events.size();
            events.add(new Stored(index, "e-" + index, event.policyId(), index, "", null, Instant.EPOCH, event, Map.of(), "", ""));
        }

        private List<Stored> reached() {
            if (gone) {
                throw new DataAccessResourceFailureException("gone");
            }
            return events;
        }

        @Override
        public long epoch() {
            return reached().size() - 1L;
        }

        @Override
        public List<Stored> after(String aggregateType, long index) {
            return reached().stream().filter(event -> event.index() > index).toList();
        }

        @Override
        public Optional<Stored> last(String aggregateId) {
            return reached().stream().filter(event -> event.aggregateId().equals(aggregateId)).reduce((first, last) -> last);
        }

        @Override
        public Map<String, List<Stored>> read(Collection<String> aggregateIds, long upTo) {
            return reached().stream().filter(event -> aggregateIds.contains(event.aggregateId()))
                    .collect(java.util.stream.Collectors.groupingBy(Stored::aggregateId));
        }
    }
}
