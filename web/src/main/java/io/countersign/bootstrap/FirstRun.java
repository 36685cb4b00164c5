package io.countersign.bootstrap;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.PrincipalCommand;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.CreateAgent;
import io.countersign.command.principal.api.PrincipalCommand.IssueKey;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.web.security.ApiKeys;
import io.countersign.web.security.ApiKeys.ApiKey;
import io.countersign.web.security.CallerMetadata;
import io.countersign.web.security.Passwords;
import io.countersign.web.security.SignedIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the first owner and the first agent when there is nobody yet. What was generated is written down before it is used, so that a crash
 * in between loses nothing; both have fixed ids, so that of two nodes that start at once only one succeeds.
 */
@Component
@Order(0)
class FirstRun implements ApplicationRunner {

    static final String FILE = "first-run.json";
    static final String WORKSPACE = "default";
    static final String OWNER_ID = "00000000-0000-8000-8000-000000000001";
    static final String AGENT_ID = "00000000-0000-8000-8000-000000000002";

    private static final Map<String, Object> SYSTEM = Map.of(CallerMetadata.ACTOR, "system:first-run", CallerMetadata.WORKSPACE, WORKSPACE,
            CallerMetadata.ORIGIN, "system", CallerMetadata.REQUEST_ID, "first-run", CallerMetadata.TRACE_ID, "first-run");
    private static final String DIGITS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final Logger LOG = LoggerFactory.getLogger(FirstRun.class);

    private final Settings settings;
    private final Principals principals;
    private final CommandGateway commands;
    private final Passwords passwords;
    private final ApiKeys keys;
    private final Environment environment;
    private final Path file;
    private final JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    FirstRun(Settings settings, Principals principals, CommandGateway commands, Passwords passwords, ApiKeys keys, Environment environment) {
        this.settings = settings;
        this.principals = principals;
        this.commands = commands;
        this.passwords = passwords;
        this.keys = keys;
        this.environment = environment;
        this.file = settings.dataFolder().resolve(FILE);
    }

    /** What is written down. A secret that the environment gave is not. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Notes(String console, Owner owner, Agent agent) {

        @JsonInclude(JsonInclude.Include.NON_NULL)
        record Owner(String email, @Nullable String password) {}

        @JsonInclude(JsonInclude.Include.NON_NULL)
        record Agent(String id, @Nullable String key) {}
    }

    @Override
    public void run(ApplicationArguments arguments) {
        String console = console();
        boolean nobody = principals.people(WORKSPACE).isEmpty();
        Optional<Notes> left = read();
        if (nobody || left.isPresent()) {
            Notes notes = left.map(known -> new Notes(console, known.owner(), known.agent())).orElseGet(() -> fresh(console));
            write(notes);
            if (nobody && !added(notes)) {
                remove();
            } else {
                completeAgent(notes);
                tell(notes, nobody);
            }
        }
        LOG.info("Console: {}", console);
    }

    /** The notes have served once the owner is in. */
    @EventListener
    void on(SignedIn signedIn) {
        if (signedIn.caller().role() == Role.OWNER) {
            remove();
        }
    }

    private Notes fresh(String console) {
        boolean givenPassword = settings.find("COUNTERSIGN_OWNER_PASSWORD").isPresent();
        boolean givenKey = settings.find("COUNTERSIGN_AGENT_KEY").isPresent();
        return new Notes(console, new Notes.Owner(settings.get("COUNTERSIGN_OWNER_EMAIL"), givenPassword ? null : password()),
                new Notes.Agent(AGENT_ID, givenKey ? null : keys.generate().text()));
    }

    /** False when another node was first. */
    private boolean added(Notes notes) {
        String password = Optional.ofNullable(notes.owner().password()).orElseGet(() -> settings.get("COUNTERSIGN_OWNER_PASSWORD"));
        try {
            send(new AddPerson(OWNER_ID, WORKSPACE, "Owner", notes.owner().email(), Role.OWNER, passwords.hash(password)));
            return true;
        } catch (RuntimeException refused) {
            if (principals.byId(OWNER_ID).isPresent()) {
                return false;
            }
            throw refused;
        }
    }

    private void completeAgent(Notes notes) {
        String text = Optional.ofNullable(notes.agent().key()).or(() -> settings.find("COUNTERSIGN_AGENT_KEY")).orElse("");
        Optional<ApiKey> key = ApiKeys.parse(text);
        if (key.isEmpty() || principals.byKeyId(key.get().id()).isPresent()) {
            return;
        }
        if (principals.byId(AGENT_ID).isEmpty()) {
            send(new CreateAgent(AGENT_ID, WORKSPACE, "first-agent", OWNER_ID));
        }
        if (principals.byId(AGENT_ID).filter(agent -> agent instanceof Principal.Agent a && a.keys().isEmpty()).isPresent()) {
            send(new IssueKey(AGENT_ID, key.get().id(), key.get().secretHash(), null));
        }
    }

    private void send(PrincipalCommand command) {
        commands.sendAndWait(GenericCommandMessage.asCommandMessage(command).andMetaData(SYSTEM));
    }

    private void tell(Notes notes, boolean first) {
        if (first && settings.demo()) {
            LOG.info("Owner: {}{}", notes.owner().email(), notes.owner().password() == null ? "" : "  password: " + notes.owner().password());
            LOG.info("Agent key: {}", notes.agent().key() == null ? "as COUNTERSIGN_AGENT_KEY says" : notes.agent().key());
        }
        LOG.info("First sign-in: see {} (it goes away when the owner has signed in)", file.toAbsolutePath().normalize());
    }

    private String console() {
        String bind = settings.get("COUNTERSIGN_BIND");
        String host = switch (bind) {
            case "0.0.0.0", "::", "[::]" -> "127.0.0.1";
            default -> bind.contains(":") && !bind.startsWith("[") ? "[" + bind + "]" : bind;
        };
        return "http://" + host + ":" + environment.getProperty("local.server.port", settings.get("COUNTERSIGN_PORT")) + "/admin";
    }

    private static String password() {
        return new SecureRandom().ints(20, 0, DIGITS.length())
                .collect(StringBuilder::new, (text, digit) -> text.append(DIGITS.charAt(digit)), StringBuilder::append).toString();
    }

    private Optional<Notes> read() {
        try {
            return Files.exists(file) ? Optional.of(json.readValue(Files.readString(file), Notes.class)) : Optional.empty();
        } catch (IOException | JacksonException unusable) {
            LOG.warn("{} cannot be read and is left alone; remove it when you do not need it", file.toAbsolutePath().normalize());
            return Optional.empty();
        }
    }

    private void write(Notes notes) {
        DataFolder.replace(file, (json.writeValueAsString(notes) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException("Remove " + file.toAbsolutePath() + " by hand: it holds a password", failed);
        }
    }
}
