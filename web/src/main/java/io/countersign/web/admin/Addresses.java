package io.countersign.web.admin;

import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/** Addresses within the console. */
final class Addresses {

    private Addresses() {}

    /** A path with those parameters, given as name and value in turn, that have a value. */
    static String of(String path, @Nullable String... namesAndValues) {
        var address = UriComponentsBuilder.fromPath(path);
        var values = new HashMap<String, Object>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            var value = namesAndValues[i + 1];
            if (value != null) {
                address.queryParam(namesAndValues[i], "{" + namesAndValues[i] + "}");
                values.put(String.valueOf(namesAndValues[i]), value);
            }
        }
        return address.encode().buildAndExpand(values).toUriString();
    }

    /** The wanted address when it is one of the console's own, else the other: a form can never send a person elsewhere. */
    static String local(@Nullable String wanted, String otherwise) {
        return wanted != null && wanted.matches("/admin(/[A-Za-z0-9_-]+)*(\\?[\\x21-\\x7e]*)?") ? wanted : otherwise;
    }
}
