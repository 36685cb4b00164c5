package io.countersign.command.catalogue;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.ParameterFault;
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

    Catalogue(List<ActionType> beans) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
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
        return schemas.get(type.name()).validate(params).stream().limit(FAULTS_NAMED).map(Catalogue::fault).toList();
    }

    private static ParameterFault fault(Error error) {
        String place = error.getInstanceLocation().toString().replaceFirst("^[$/.]+", "");
        String property = error.getProperty();
        String name = property == null ? place : place.isEmpty() ? property : place + "/" + property;
        return new ParameterFault(name.isEmpty() ? "params" : "params." + name.replace('/', '.'), error.getMessage());
    }
}
