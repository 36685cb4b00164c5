package io.countersign.command.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.axonframework.serialization.AnnotationRevisionResolver;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import tools.jackson.databind.DeserializationFeature;

/** Writes events as JSON under their logical names. No type information ever stands inside the JSON. */
final class EventJson extends Jackson3Serializer {

    private final EventNames names;

    private EventJson(Builder builder, EventNames names) {
        super(builder);
        this.names = names;
    }

    static EventJson with(EventNames names) {
        Builder builder = Jackson3Serializer.builder()
                .revisionResolver(new AnnotationRevisionResolver())
                .jsonMapperBuilderCustomizer(json -> json
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
