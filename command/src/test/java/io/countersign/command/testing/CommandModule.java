package io.countersign.command.testing;

import static org.axonframework.commandhandling.GenericCommandMessage.asCommandMessage;

import io.countersign.command.api.CommandTime;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.api.Ids;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.CreateAgent;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.store.api.EventReader;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** One node of the whole command side, as the service assembles it. Several may run on one database. */
public final class CommandModule implements AutoCloseable {

    private static final String FIRST_RUN = "system:first-run";

    private final ConfigurableApplicationContext context;

    private CommandModule(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts a node. */
    public static CommandModule on(TestDatabase database) {
        return on(database, Parts.class);
    }

    /** Starts a node of other parts, to see whether that is noticed. */
    public static CommandModule on(TestDatabase database, Class<?>... parts) {
        Map<String, Object> properties = new HashMap<>(database.properties());
        properties.put("axon.update-check.disabled", "true");
        List.of("general", "events", "messages").forEach(use -> properties.put("axon.serializer." + use, "jackson3"));
        properties.put("axon.timeout.enabled", "false");
        properties.put("spring.autoconfigure.exclude", "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration");
        properties.put("spring.main.banner-mode", "off");
        properties.put("spring.flyway.enabled", "false");
        properties.put("countersign.db.pool-size", "10");
        properties.put("logging.level.root", "warn");
        return new CommandModule(new SpringApplicationBuilder(parts).web(WebApplicationType.NONE).properties(properties).run());
    }

    /** A part of this node. */
    public <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    /** Sends a command on behalf of a principal, and waits. */
    @SuppressWarnings("unchecked")
    public <T> @Nullable T as(String actor, Object command) {
        return (T) part(CommandGateway.class).sendAndWait(asCommandMessage(command).withMetaData(Map.of("actor", actor)));
    }

    /** Adds a person of this name and role, as the first run would. */
    public String person(String name, Role role) {
        String id = part(Ids.class).next();
        as(FIRST_RUN, new AddPerson(id, People.HERE, name, name + "@example.com", role, null));
        return id;
    }

    /** Adds an agent of this name, for which the person answers. */
    public String agent(String name, String ownerId) {
        String id = part(Ids.class).next();
        as(FIRST_RUN, new CreateAgent(id, People.HERE, name, ownerId));
        return id;
    }

    /** The directory of this node. */
    public Principals principals() {
        return part(Principals.class);
    }

    /** The events of an action, read from the log. */
    public List<ActionEvent> events(String actionId) {
        return part(EventReader.class).read(List.of(actionId), Long.MAX_VALUE).getOrDefault(actionId, List.of()).stream()
                .map(stored -> (ActionEvent) stored.payload()).toList();
    }

    @Override
    public void close() {
        context.close();
    }

    /** What the web module gives to the command side in service. */
    // Not annotated as a configuration: the other modules scan this package, and must not find it.
    @EnableAutoConfiguration
    @ComponentScan(basePackages = "io.countersign.command",
            excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Tests|testing).*"))
    public static class Parts {

        @Bean
        protected Clock clock() {
            return CommandTime.of(Clock.systemUTC());
        }

        @Bean
        MasterKey masterKey() {
            return new MasterKey(new byte[32]);
        }

        @Bean
        protected ActionSettings actionSettings() {
            return new ActionSettings(ActionSettings.NONE, Map.of(), Duration.ofHours(24), List.of());
        }

        @Bean
        ActionType mail() {
            return Letter.mail();
        }

        @Bean
        ActionType note() {
            return Letter.note();
        }
    }
}
