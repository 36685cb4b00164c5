package io.countersign.executors.email;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** The domains that mail may be sent to. What the workspace has stored wins over the environment, even when it is empty. */
final class AllowedDomains {

    private static final String NAME = "COUNTERSIGN_EMAIL_ALLOWED_DOMAINS";
    private static final String[] NAMES = {NAME, "ATLAS_EMAIL_ALLOWED_DOMAINS", "ATLAS_EMAIL_ALLOWED_RECIPIENT_DOMAINS"};
    private static final String DEMO = "example.com";

    private AllowedDomains() {}

    static Set<String> of(Map<String, @Nullable String> settings, Environment environment) {
        return Arrays.stream(configured(settings, environment).split(","))
                .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
                .map(domain -> domain.startsWith("@") ? domain.substring(1) : domain)
                .filter(domain -> !domain.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String configured(Map<String, @Nullable String> settings, Environment environment) {
        var stored = settings.get(NAME);
        if (stored != null) {
            return stored;
        }
        for (var name : NAMES) {
            var value = environment.getProperty(name);
            if (value != null) {
                return value;
            }
        }
        return environment.getProperty("countersign.demo", Boolean.class, false) ? DEMO : "";
    }
}
