package io.countersign.command.store;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.module.SimpleModule;

/** Makes records by a call that was bound once. Jackson binds it anew for every record it makes, which costs more than the record. */
final class QuickRecords extends SimpleModule {

    private static final long serialVersionUID = 1L;

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addValueInstantiators(new ValueInstantiators() {

            @Override
            public @Nullable ValueInstantiator findValueInstantiator(DeserializationConfig config, BeanDescription.Supplier type) {
                return null;
            }

            @Override
            public ValueInstantiator modifyValueInstantiator(DeserializationConfig config, BeanDescription.Supplier type,
                    ValueInstantiator usual) {
                return type.getBeanClass().isRecord() ? quick(usual) : usual;
            }
        });
    }

    private static ValueInstantiator quick(ValueInstantiator usual) {
        if (usual.getClass() == StdValueInstantiator.class && usual.getWithArgsCreator() != null
                && usual.getWithArgsCreator().getAnnotated() instanceof Constructor<?> constructor) {
            try {
                MethodHandle make = MethodHandles.publicLookup().unreflectConstructor(constructor)
                        .asSpreader(Object[].class, constructor.getParameterCount())
                        .asType(MethodType.methodType(Object.class, Object[].class));
                return new Bound((StdValueInstantiator) usual, make);
            } catch (IllegalAccessException e) {
                return usual; // not public
            }
        }
        return usual;
    }

    private static final class Bound extends StdValueInstantiator {

        private final MethodHandle make;

        Bound(StdValueInstantiator usual, MethodHandle make) {
            super(usual);
            this.make = make;
        }

        @Override
        public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
            try {
                return (Object) make.invokeExact(arguments);
            } catch (Throwable e) {
                return super.createFromObjectWith(context, arguments); // fails as usual
            }
        }
    }
}
