package io.countersign.command.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.AnnotationRevisionResolver;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/** Writes events as JSON under their logical names. No type information ever stands inside the JSON. */
final class EventJson extends Jackson3Serializer {

    private static final String METADATA = MetaData.class.getName();

    private final EventNames names;
    private final Map<String, ObjectReader> readers = new ConcurrentHashMap<>();

    private EventJson(Builder builder, EventNames names) {
        super(builder);
        this.names = names;
    }

    static EventJson with(EventNames names) {
        Builder builder = Jackson3Serializer.builder()
                .revisionResolver(new AnnotationRevisionResolver())
                .jsonMapperBuilderCustomizer(json -> json.addModule(new QuickRecords()).addModule(new QuickTimes())
                        .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES));
        return new EventJson(builder, names);
    }

    @Override
    public SerializedType typeForClass(@SuppressWarnings("rawtypes") Class type) {
        SerializedType real = super.typeForClass(type);
        return type == null ? real
                : names.nameOf(type).<SerializedType>map(name -> new SimpleSerializedType(name, real.getRevision())).orElse(real);
    }

    /** Events and metadata come as text and are read as such; everything else goes the usual way. */
    @Override
    @SuppressWarnings("unchecked")
    public <S, T> T deserialize(SerializedObject<S> object) {
        String name = object.getType().getName();
        if (object.getData() instanceof String json) {
            try {
                if (METADATA.equals(name)) {
                    return (T) readers.computeIfAbsent(METADATA, key -> getObjectMapper().readerFor(MetaData.class)).readValue(json);
                }
                Optional<Class<?>> event = names.classOf(name);
                if (event.isPresent()) {
                    return (T) readers.computeIfAbsent(name, key -> getObjectMapper().readerFor(event.get())).readValue(json);
                }
            } catch (JacksonException e) {
                throw new SerializationException("The event " + name + " cannot be read", e);
            }
        }
        return super.deserialize(object);
    }

    /** Without asking class loaders for what is known. */
    @Override
    @SuppressWarnings("rawtypes")
    public Class classForType(SerializedType type) {
        return names.classOf(type.getName()).<Class>map(known -> known).orElseGet(() -> super.classForType(type));
    }

    @Override
    protected String resolveClassName(SerializedType type) {
        return names.classOf(type.getName()).map(Class::getName).orElseGet(() -> super.resolveClassName(type));
    }
}
