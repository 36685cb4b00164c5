package io.countersign.bootstrap;

import static org.axonframework.commandhandling.GenericCommandMessage.asCommandMessage;

import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.CatalogueCommand.PutEntries;
import io.countersign.command.catalogue.api.CatalogueCommand.RemoveEntry;
import io.countersign.command.catalogue.api.EntryDefinition;
import io.countersign.command.catalogue.api.EntryJson;
import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes in {@code actions.json} of the data folder when it changes, in the name of an owner. It is taken whole or not at all: while it is not
 * sound, the catalogue stays as it was, and what is wrong stands among the findings. A copy of what was taken last tells which entries a file no
 * longer names.
 */
@Component
class WatchedCatalogue implements SmartLifecycle, DiagnosticSource {

    static final String NAME = "actions.json";

    private static final Logger LOG = LoggerFactory.getLogger(WatchedCatalogue.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long MOST_BYTES = 1L << 20;

    private final Path file;
    private final Path taken;
    private final ActionTypes types;
    private final Principals principals;
    private final CommandGateway commands;
    private @Nullable ScheduledExecutorService clockwork;
    private byte[] seen = {};
    private volatile String fault = "";

    WatchedCatalogue(@Value("${countersign.data-dir:./data}") Path folder, ActionTypes types, Principals principals, CommandGateway commands) {
        this.file = folder.resolve(NAME);
        this.taken = folder.resolve(NAME + ".taken");
        this.types = types;
        this.principals = principals;
        this.commands = commands;
    }

    /** Looks at the file once. */
    synchronized void look() {
        try {
            if (!Files.isRegularFile(file)) {
                fault = "";
                return;
            }
            if (Files.size(file) > MOST_BYTES) {
                fault = NAME + " is larger than 1 MiB.";
                return;
            }
            byte[] text = Files.readAllBytes(file);
            if (Arrays.equals(text, seen)) {
                return;
            }
            if (!Files.exists(taken) || !Arrays.equals(text, Files.readAllBytes(taken))) {
                take(text);
            }
            seen = text;
            fault = "";
        } catch (JacksonException malformed) {
            fault(NAME + " is not JSON" + (malformed.getLocation() == null ? "." : " in line " + malformed.getLocation().getLineNr() + "."));
        } catch (Refused refused) {
            fault(String.valueOf(refused.getMessage()));
        } catch (IOException unreadable) {
            fault(NAME + " cannot be read.");
        } catch (RuntimeException unavailable) {
            LOG.debug("{} is taken in later: {}", NAME, unavailable.getMessage());
        }
    }

    private void take(byte[] text) throws IOException {
        JsonNode list = JSON.readTree(text);
        Map<String, EntryDefinition> entries = EntryJson.readAll(list.isObject() ? list.path("actions") : list, types::byName);
        Optional<Principal.Person> owner = principals.people(FirstRun.WORKSPACE).stream().filter(Principal.Person::enabled)
                .filter(person -> person.role() == Role.OWNER).findFirst();
        if (owner.isEmpty()) {
            throw new IllegalStateException("There is no owner yet");
        }
        Map<String, String> as = Map.of("actor", owner.get().id(), "workspace", FirstRun.WORKSPACE, "origin", "system");
        commands.sendAndWait(asCommandMessage(new PutEntries(FirstRun.WORKSPACE, entries, null, false)).withMetaData(as));
        for (String name : namedBefore()) {
            if (!entries.containsKey(name)) {
                commands.sendAndWait(asCommandMessage(new RemoveEntry(FirstRun.WORKSPACE, name)).withMetaData(as));
            }
        }
        DataFolder.replace(taken, text);
        LOG.info("{} is taken in: {} entries", NAME, entries.size());
    }

    private Set<String> namedBefore() throws IOException {
        Set<String> names = new HashSet<>();
        if (Files.exists(taken)) {
            JsonNode list = JSON.readTree(Files.readAllBytes(taken));
            (list.isObject() ? list.path("actions") : list).forEach(entry -> names.add(entry.path("name").asString("")));
        }
        return names;
    }

    private void fault(String sentence) {
        if (!sentence.equals(fault)) {
            LOG.warn("{} is left aside: {}", NAME, sentence);
        }
        fault = sentence;
    }

    @Override
    public List<Diagnostic> diagnose() {
        String sentence = fault;
        return sentence.isEmpty() ? List.of() : List.of(new Diagnostic("CATALOGUE_FILE_REFUSED", Severity.ERROR,
                NAME + " in the data folder is not in force: " + sentence, "Correct the file; it is taken in at once."));
    }

    @Override
    public synchronized void start() {
        clockwork = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("catalogue-file").factory());
        clockwork.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void stop() {
        if (clockwork != null) {
            clockwork.shutdownNow();
            clockwork = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return clockwork != null;
    }

    /** After everything it needs; before all else at the end. */
    @Override
    public int getPhase() {
        return 2_000;
    }
}
