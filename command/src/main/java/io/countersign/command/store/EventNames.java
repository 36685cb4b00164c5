package io.countersign.command.store;

import io.countersign.command.store.api.EventName;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The registry of logical event names: what stands in the database, and the class it is read into today. */
final class EventNames {

    private final Map<String, Class<?>> classes = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();

    /**
     * @param families sealed roots whose permitted records are events
     * @throws IllegalStateException when an event has no name, or two have the same
     */
    EventNames(List<Class<?>> families) {
        for (Class<?> family : families) {
            for (Class<?> event : family.getPermittedSubclasses()) {
                register(event);
            }
        }
    }

    private void register(Class<?> event) {
        EventName name = event.getAnnotation(EventName.class);
        if (name == null) {
            throw new IllegalStateException("The event " + event.getSimpleName() + " has no @EventName");
        }
        if (classes.put(name.value(), event) != null) {
            throw new IllegalStateException("Two events are called " + name.value());
        }
        names.put(event.getName(), name.value());
    }

    Optional<Class<?>> classOf(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    Optional<String> nameOf(Class<?> event) {
        return Optional.ofNullable(names.get(event.getName()));
    }

    Set<String> known() {
        return Set.copyOf(classes.keySet());
    }

    Collection<Class<?>> all() {
        return classes.values();
    }
}
