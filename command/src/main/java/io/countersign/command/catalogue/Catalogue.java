package io.countersign.command.catalogue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.countersign.command.action.api.Terms;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.catalogue.api.Tier;
import io.countersign.command.principal.api.Principal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The action types of this installation, each with its compiled schema. A name is unique: two types of one name stop the start. */
@Component
class Catalogue implements ActionTypes {

    private static final int FAULTS_NAMED = 20;

    private final Map<String, ActionType> types = new TreeMap<>();
    private final Map<String, Schema> schemas = new TreeMap<>();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Cache<String, Schema> ofEntries = Caffeine.newBuilder().maximumSize(10_000).build();
    private final Entries entries;

    Catalogue(List<ActionType> beans, Entries entries) {
        this.entries = entries;
        for (ActionType type : beans) {
            if (types.put(type.name(), type) != null) {
                throw new IllegalStateException("Two action types are called " + type.name() + "; a name must be unique");
            }
            schemas.put(type.name(), registry.getSchema(type.parametersSchema()));
        }
    }

    @Override
    public Optional<ActionType> byName(String name) {
        return Optional.ofNullable(types.get(name));
    }

    @Override
    public Collection<ActionType> all() {
        return types.values();
    }

    @Override
    public List<ParameterFault> faults(ActionType type, JsonNode params) {
        if (!(type instanceof Offered offered)) {
            return faults(schemas.get(type.name()), params);
        }
        List<ParameterFault> fixed = params.propertyNames().stream().filter(name -> offered.entry().orElseThrow().definition().config().containsKey(name))
                .map(name -> new ParameterFault("params." + name, "is fixed by the catalogue and cannot be set by a call")).toList();
        if (!fixed.isEmpty()) {
            return fixed;
        }
        List<ParameterFault> own = faults(ofEntries.get(type.parametersSchema(), registry::getSchema), params);
        return !own.isEmpty() ? own : offered.behind().map(behind -> faults(schemas.get(behind.name()), offered.effective(params))).orElse(List.of());
    }

    @Override
    public Optional<ActionType> offered(Principal caller, String name) {
        Optional<Entry> entry = entries.byName(caller.workspace(), name);
        return entry.isEmpty() ? byName(name).filter(type -> !type.needsEntry())
                : entry.filter(found -> found.definition().enabled() && found.isGrantedTo(caller)).flatMap(found -> Offered.of(found, types));
    }

    @Override
    public Collection<ActionType> offered(Principal caller) {
        Map<String, ActionType> offered = new TreeMap<>();
        types.values().stream().filter(type -> !type.needsEntry()).forEach(type -> offered.put(type.name(), type));
        for (Entry entry : entries.all(caller.workspace())) {
            offered.remove(entry.name());
            offered(caller, entry.name()).ifPresent(type -> offered.put(entry.name(), type));
        }
        return offered.values();
    }

    @Override
    public Optional<ActionType> asAsked(String workspace, String actionType, Terms terms) {
        Optional<Entry> entry = entries.at(workspace, terms.catalogueVersion());
        return entry.isEmpty() ? byName(actionType) : entry.flatMap(found -> Offered.of(found, types));
    }

    @Override
    public boolean isStillOffered(String workspace, Principal requester, Terms terms) {
        return entries.at(workspace, terms.catalogueVersion()).isEmpty() || entries.at(workspace, terms.catalogueVersion())
                .flatMap(asked -> entries.byName(workspace, asked.name()))
                .filter(now -> now.definition().enabled() && now.isGrantedTo(requester) && now.definition().tier() != Tier.BLOCKED).isPresent();
    }

    private static List<ParameterFault> faults(Schema schema, JsonNode params) {
        return schema.validate(params).stream().limit(FAULTS_NAMED).map(Catalogue::fault).toList();
    }

    private static ParameterFault fault(Error error) {
        String place = error.getInstanceLocation().toString().replaceFirst("^[$/.]+", "");
        String property = error.getProperty();
        String name = property == null ? place : place.isEmpty() ? property : place + "/" + property;
        return new ParameterFault(name.isEmpty() ? "params" : "params." + name.replace('/', '.'), error.getMessage());
    }
}
