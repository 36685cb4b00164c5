package io.countersign.bootstrap;

import io.countersign.web.security.ApiKeys;
import io.countersign.web.security.Passwords;
import io.countersign.web.security.TrustedProxies;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One setting that an operator can make.
 *
 * @param name as in the environment; the property has the same name in lower case with dots and dashes
 * @param property the property that the code reads
 * @param aliases older names, read when the name itself is unset
 * @param secret never shown, and also read from the file that {@code <name>_FILE} names
 * @param fallback the value when nobody sets it; null for none
 * @param kind what values are understood
 */
record KnownSetting(String name, String property, List<String> aliases, boolean secret, @Nullable String fallback, Kind kind) {

    /** What values are understood. */
    enum Kind {
        TEXT("Set it to some text.") {
            @Override
            boolean understands(String value) {
                return value.length() <= 4_096;
            }
        },
        SWITCH("Set it to true or false.") {
            @Override
            boolean understands(String value) {
                return value.equals("true") || value.equals("false");
            }
        },
        PORT("Set it to a number from 0 to 65535; 0 takes any free port.") {
            @Override
            boolean understands(String value) {
                return value.matches("\\d{1,5}") && Integer.parseInt(value) <= 65_535;
            }
        },
        COUNT("Set it to a whole number from 0 to 1000000; 0 means no limit.") {
            @Override
            boolean understands(String value) {
                return value.matches("\\d{1,7}") && Integer.parseInt(value) <= 1_000_000;
            }
        },
        POSITIVE("Set it to a whole number from 1 to 1000000.") {
            @Override
            boolean understands(String value) {
                return COUNT.understands(value) && Integer.parseInt(value) > 0;
            }
        },
        DAYS("Set it to a whole number of days from 0 to 36500.") {
            @Override
            boolean understands(String value) {
                return value.matches("\\d{1,5}") && Integer.parseInt(value) <= 36_500;
            }
        },
        RETENTION("Set it to a whole number of days from 7 to 36500.") {
            @Override
            boolean understands(String value) {
                return DAYS.understands(value) && Integer.parseInt(value) >= 7;
            }
        },
        MILLISECONDS("Set it to a number of milliseconds from 1 to 86400000.") {
            @Override
            boolean understands(String value) {
                return value.matches("\\d{1,8}") && Integer.parseInt(value) > 0 && Integer.parseInt(value) <= 86_400_000;
            }
        },
        HOURS("Set it to a number of hours greater than 0 and at most 8760, such as 24 or 0.5.") {
            @Override
            boolean understands(String value) {
                return value.matches("\\d{1,4}(\\.\\d{1,9})?|\\.\\d{1,9}") && Double.parseDouble(value) > 0 && Double.parseDouble(value) <= 8_760
                        && hours(value).isPositive();
            }
        },
        MODE("Set it to auto, manual or admin-only.") {
            @Override
            boolean understands(String value) {
                return List.of("auto", "manual", "admin-only").contains(value);
            }
        },
        EMAIL("Set it to one e-mail address, such as owner@example.com.") {
            @Override
            boolean understands(String value) {
                return value.length() <= 254 && value.matches("[^\\s@<>\",;:\\\\()\\[\\]]+@[^\\s@<>\",;:\\\\()\\[\\]]+");
            }
        },
        URL("Set it to an address that begins with https:// or http://.") {
            @Override
            boolean understands(String value) {
                try {
                    URI uri = URI.create(value);
                    return uri.getHost() != null && List.of("https", "http").contains(uri.getScheme().toLowerCase(Locale.ROOT));
                } catch (RuntimeException malformed) {
                    return false;
                }
            }
        },
        KEY_OF_32_BYTES("Set it to 32 random bytes in Base64, as `openssl rand -base64 32` prints them.") {
            @Override
            boolean understands(String value) {
                try {
                    return Base64.getDecoder().decode(value).length == 32;
                } catch (IllegalArgumentException malformed) {
                    return false;
                }
            }
        },
        PASSWORD("Set it to a password of 12 characters or more, at most 72 bytes; a demo takes 8 characters.") {
            @Override
            boolean understands(String value) {
                return value.length() >= SHORTEST_IN_A_DEMO && value.getBytes(StandardCharsets.UTF_8).length <= Passwords.LONGEST;
            }
        },
        NETWORKS("Set it to addresses or networks with commas between them, such as 10.0.0.5,192.168.0.0/16.") {
            @Override
            boolean understands(String value) {
                return TrustedProxies.parse(List.of(value.split(","))).isPresent();
            }
        },
        AGENT_KEY("Set it to a key that Countersign made, or to 32 to 200 random letters and digits, as `openssl rand -hex 32` prints them.") {
            @Override
            boolean understands(String value) {
                return ApiKeys.parse(value).isPresent();
            }
        };

        final String advice;

        Kind(String advice) {
            this.advice = advice;
        }

        abstract boolean understands(String value);
    }

    private static final int SHORTEST_IN_A_DEMO = 8;
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=//)[^/@?]+(?=@)|(?<=[?&](user|(ssl)?password)=)[^&]*", Pattern.CASE_INSENSITIVE);
    private static final Pattern DOTTED = Pattern.compile("^COUNTERSIGN_(DB_)?");

    /** All there are, in the order in which they are shown. */
    static final List<KnownSetting> ALL = List.of(
            of("COUNTERSIGN_BIND", "127.0.0.1", Kind.TEXT),
            of("COUNTERSIGN_PORT", "8080", Kind.PORT),
            of("COUNTERSIGN_PUBLIC_HOSTS", null, Kind.TEXT),
            of("COUNTERSIGN_TRUSTED_PROXIES", null, Kind.NETWORKS),
            of("COUNTERSIGN_DATA_DIR", "./data", Kind.TEXT),
            of("COUNTERSIGN_PLUGINS_DIR", null, Kind.TEXT),
            of("COUNTERSIGN_ANCHOR_DIR", null, Kind.TEXT),
            of("COUNTERSIGN_ARCHIVE_DIR", null, Kind.TEXT),
            of("COUNTERSIGN_ANCHOR_GIT", null, Kind.TEXT),
            of("COUNTERSIGN_ANCHOR_WEBHOOK", null, Kind.URL),
            of("COUNTERSIGN_DEMO", "false", Kind.SWITCH),
            of("COUNTERSIGN_MASTER_KEY", null, Kind.KEY_OF_32_BYTES).hidden(),
            of("COUNTERSIGN_MASTER_KEY_PREVIOUS", null, Kind.KEY_OF_32_BYTES).hidden(),
            of("COUNTERSIGN_DB_URL", null, Kind.TEXT),
            of("COUNTERSIGN_DB_USER", null, Kind.TEXT),
            of("COUNTERSIGN_DB_PASSWORD", null, Kind.TEXT).hidden(),
            of("COUNTERSIGN_DB_MIGRATION_USER", null, Kind.TEXT),
            of("COUNTERSIGN_DB_MIGRATION_PASSWORD", null, Kind.TEXT).hidden(),
            of("COUNTERSIGN_DB_POOL_SIZE", "20", Kind.POSITIVE),
            of("COUNTERSIGN_OWNER_EMAIL", "owner@example.com", Kind.EMAIL),
            of("COUNTERSIGN_OWNER_PASSWORD", null, Kind.PASSWORD).hidden(),
            of("COUNTERSIGN_AGENT_KEY", null, Kind.AGENT_KEY).hidden(),
            of("COUNTERSIGN_APPROVAL_EXPIRY_HOURS", "24", Kind.HOURS, "ATLAS_APPROVAL_EXPIRY_HOURS"),
            of("COUNTERSIGN_ACTION_APPROVAL", null, Kind.MODE, "ATLAS_ACTION_APPROVAL"),
            of("COUNTERSIGN_ACTION_TIMEOUT", null, Kind.MILLISECONDS, "ATLAS_ACTION_TIMEOUT"),
            of("COUNTERSIGN_ACTION_MAX_PER_CONVERSATION", null, Kind.POSITIVE, "ATLAS_ACTION_MAX_PER_CONVERSATION"),
            of("COUNTERSIGN_REQUIRE_COMMIT_APPROVAL", null, Kind.SWITCH),
            of("COUNTERSIGN_REQUIRE_ROLLBACK_APPROVAL", null, Kind.SWITCH),
            of("COUNTERSIGN_RETENTION_DAYS", "2555", Kind.RETENTION),
            of("COUNTERSIGN_RETENTION_GRACE_DAYS", "30", Kind.DAYS),
            of("COUNTERSIGN_RATE_LIMIT_PER_MINUTE", "120", Kind.COUNT),
            of("COUNTERSIGN_HTTP_ALLOW_PRIVATE", null, Kind.TEXT),
            of("COUNTERSIGN_EMAIL_FROM", null, Kind.TEXT, "ATLAS_EMAIL_FROM"),
            of("COUNTERSIGN_EMAIL_ALLOWED_DOMAINS", null, Kind.TEXT, "ATLAS_EMAIL_ALLOWED_DOMAINS", "ATLAS_EMAIL_ALLOWED_RECIPIENT_DOMAINS"),
            of("COUNTERSIGN_SMTP_HOST", null, Kind.TEXT),
            of("COUNTERSIGN_SMTP_PORT", "587", Kind.PORT),
            of("COUNTERSIGN_SMTP_USER", null, Kind.TEXT),
            of("COUNTERSIGN_SMTP_PASSWORD", null, Kind.TEXT).hidden(),
            of("COUNTERSIGN_SMTP_STARTTLS", "true", Kind.SWITCH),
            of("RESEND_API_KEY", null, Kind.TEXT).hidden(),
            of("RESEND_BASE_URL", null, Kind.URL),
            of("COUNTERSIGN_PAYMENT_URL", null, Kind.URL),
            of("COUNTERSIGN_EXEC_USER", "nobody", Kind.TEXT),
            of("JIRA_BASE_URL", null, Kind.URL),
            of("JIRA_EMAIL", null, Kind.TEXT),
            of("JIRA_API_TOKEN", null, Kind.TEXT).hidden(),
            of("JIRA_DEFAULT_PROJECT", null, Kind.TEXT));

    private static KnownSetting of(String name, @Nullable String fallback, Kind kind, String... aliases) {
        String property = DOTTED.matcher(name).replaceFirst(found -> found.group(1) == null ? "countersign." : "countersign.db.")
                .toLowerCase(Locale.ROOT).replace('_', '-');
        return new KnownSetting(name, property, List.of(aliases), false, fallback, kind);
    }

    private KnownSetting hidden() {
        return new KnownSetting(name, property, aliases, true, fallback, kind);
    }

    /** A sentence about a value that is not understood, or nothing. A secret is not repeated. */
    Optional<String> fault(String value) {
        return kind.understands(value) ? Optional.empty()
                : Optional.of((secret ? name + " is not valid. " : name + " is \"" + shown(value) + "\", which is not valid. ") + kind.advice);
    }

    /** What may be seen of a value: nothing of a secret, and of an address nothing that lets anybody in. */
    String shown(String value) {
        return secret ? "(set)" : CREDENTIALS.matcher(value).replaceAll("***");
    }

    /** A sentence about a password that only a demo takes, or nothing. */
    Optional<String> weakness(String value) {
        return kind == Kind.PASSWORD && value.length() < Passwords.SHORTEST ? Optional.of(name + " is shorter than " + Passwords.SHORTEST
                + " characters. " + kind.advice) : Optional.empty();
    }

    static Duration hours(String value) {
        return Duration.ofMillis(new BigDecimal(value).multiply(BigDecimal.valueOf(3_600_000)).longValue());
    }
}
