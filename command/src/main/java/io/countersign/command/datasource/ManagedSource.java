package io.countersign.command.datasource;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.datasource.api.DataSourceCommand.DefineDataSource;
import io.countersign.command.datasource.api.DataSourceCommand.RetireDataSource;
import io.countersign.command.datasource.api.DataSourceCommand.ReviseDataSource;
import io.countersign.command.datasource.api.DataSourceEvent;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceDefined;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceRetired;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceRevised;
import io.countersign.command.datasource.api.DataSourceEvent.Secret;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.datasource.api.PostgresUrl;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** One data source. Only an admin touches it, and whatever is saved has been looked at on the database first. */
@Aggregate(type = "DataSource")
class ManagedSource {

    static final String SECRET = "datasource.secret";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final int LONGEST = 200;

    @AggregateIdentifier
    private String id = ""; // until the first event names it

    private String workspace = "";
    private String url = "";
    private String username = "";
    private @Nullable Sealed secret;
    private boolean retired;

    ManagedSource() {
        // for Axon
    }

    @CommandHandler
    ManagedSource(DefineDataSource c, @MetaDataValue("actor") @Nullable String actor, Principals principals, DataSources sources,
            Probes probes, Keyring keyring) {
        String person = Authority.admin(principals, actor, c.workspace());
        must(NAME.matcher(c.name()).matches(), "name", "must have small letters, digits, _ and - only, and at most 63 of them");
        mustBeWhole(c.username(), c.password(), c.environmentGroup());
        PostgresUrl place = PostgresUrl.parse(c.url());
        if (sources.byName(c.workspace(), c.name()).isPresent()) {
            throw new Refused(RefusalCode.NAME_EXISTS, "There is already a data source called " + c.name() + ".");
        }
        probes.mustBeWeak(place, c.username(), c.password());
        id = c.dataSourceId();
        keyring.create(id);
        apply(new DataSourceDefined(id, c.workspace(), c.name(), place.text(), c.username(), c.environmentGroup(), person,
                keyring.seal(id, SECRET, new Secret(c.password()))), MetaData.with("workspace", c.workspace()));
    }

    @CommandHandler
    void decide(ReviseDataSource c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Probes probes, Keyring keyring) {
        mustBeHere(c.workspace());
        String person = Authority.admin(principals, actor, workspace);
        PostgresUrl place = PostgresUrl.parse(c.url());
        String password = c.password();
        if (password == null) {
            must(place.text().equals(url) && c.username().equals(username), "password",
                    "must be given again when the url or the username changes");
            password = kept(keyring);
        }
        mustBeWhole(c.username(), password, c.environmentGroup());
        probes.mustBeWeak(place, c.username(), password);
        happened(new DataSourceRevised(id, place.text(), c.username(), c.environmentGroup(), person,
                keyring.seal(id, SECRET, new Secret(password))));
    }

    @CommandHandler
    void decide(RetireDataSource c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        mustBeHere(c.workspace());
        happened(new DataSourceRetired(id, Authority.admin(principals, actor, workspace)));
    }

    private String kept(Keyring keyring) {
        return java.util.Optional.ofNullable(secret).flatMap(box -> keyring.open(box, SECRET, Secret.class)).map(Secret::password)
                .orElseThrow(() -> fault("password", "is no longer known and must be given"));
    }

    private void mustBeHere(String asked) {
        if (retired || !asked.equals(workspace)) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such data source.");
        }
    }

    private static void mustBeWhole(String username, String password, String environmentGroup) {
        must(!username.isBlank() && username.length() <= LONGEST && username.chars().noneMatch(Character::isISOControl), "username",
                "must have 1 to " + LONGEST + " characters");
        must(!password.isEmpty() && password.length() <= LONGEST && password.indexOf(0) < 0, "password",
                "must have 1 to " + LONGEST + " characters");
        must(NAME.matcher(environmentGroup).matches(), "environment_group",
                "must have small letters, digits, _ and - only, and at most 63 of them");
    }

    private static void must(boolean law, String field, String otherwise) {
        if (!law) {
            throw fault(field, otherwise);
        }
    }

    private static Refused fault(String field, String message) {
        return new Refused(RefusalCode.VALIDATION_ERROR, field + " " + message + ".",
                Map.of("details", List.of(Map.of("field", field, "message", message))));
    }

    private void happened(DataSourceEvent event) {
        apply(event, MetaData.with("workspace", workspace));
    }

    @EventSourcingHandler
    void evolve(DataSourceEvent event) {
        switch (event) {
            case DataSourceDefined e -> {
                id = e.dataSourceId();
                workspace = e.workspace();
                url = e.url();
                username = e.username();
                secret = e.secret();
            }
            case DataSourceRevised e -> {
                url = e.url();
                username = e.username();
                secret = e.secret();
            }
            case DataSourceRetired e -> retired = true;
        }
    }
}
