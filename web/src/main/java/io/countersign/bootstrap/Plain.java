package io.countersign.bootstrap;

import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What YAML gives, as JSON would: keys are text, moments are text. */
final class Plain {

    private Plain() {}

    static Map<String, @Nullable Object> map(Map<?, ?> written) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        written.forEach((key, value) -> plain.put(String.valueOf(key), value(value)));
        return plain;
    }

    private static @Nullable Object value(@Nullable Object written) {
        return switch (written) {
            case null -> null;
            case Map<?, ?> map -> map(map);
            case List<?> list -> {
                List<@Nullable Object> plain = new ArrayList<>(list.size());
                list.forEach(item -> plain.add(value(item)));
                yield plain;
            }
            case Date moment -> moment.toInstant().toString();
            default -> written;
        };
    }
}
