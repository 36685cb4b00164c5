package io.countersign.command.killswitch.api;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A family of action types that can be stopped together. The names are stored. */
public enum Category {
    /** Reading and changing databases. */
    DATASOURCE("Data sources", "Reading and changing databases, by any action type.", List.of("sql", "datasource", "db")),
    /** SQL as an agent wrote it. */
    RAW_SQL("Raw SQL", "Statements that an agent writes itself.", List.of("sql")),
    /** Changes to what is allowed. */
    POLICY("Policies", "Changes that agents ask for to policies, settings and access.", List.of("policy", "settings", "admin")),
    /** Money that leaves. */
    PAYMENT("Payments", "Transfers of money.", List.of("payment")),
    /** Programs that are run. */
    EXEC("Programs", "Programs that are run on a machine.", List.of("exec")),
    /** Calls to services outside the house that are none of the above. */
    INTEGRATION("Integrations", "Calls to services outside: mail, tickets, chat, web.", List.of());

    private final String label;
    private final String description;
    private final List<String> connectors;

    Category(String label, String description, List<String> connectors) {
        this.label = label;
        this.description = description;
        this.connectors = connectors;
    }

    /** The name on the wire, in lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What people call it. */
    public String label() {
        return label;
    }

    /** What belongs to it, in one sentence. */
    public String description() {
        return description;
    }

    /** Whether actions of one of these connectors belong to it. What belongs to no other category and leaves the house is an integration. */
    public boolean holds(Collection<String> any, String scope) {
        return this == INTEGRATION ? "external".equals(scope) && Arrays.stream(values()).noneMatch(other -> any.stream().anyMatch(other.connectors::contains))
                : any.stream().anyMatch(connectors::contains);
    }

    /** The category of this name on the wire. */
    public static Optional<Category> of(String wire) {
        return Arrays.stream(values()).filter(category -> category.wire().equals(wire)).findFirst();
    }
}
