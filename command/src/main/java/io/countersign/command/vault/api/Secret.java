package io.countersign.command.vault.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What may be known of a secret: everything but its value.
 *
 * @param name letters, digits and underscores, at most 100
 * @param boxId where the ciphertext of the value that stands now lies
 * @param setBy the person who set it last
 * @param binding the only place it may be sent to; null for any that an entry of the catalogue names
 */
public record Secret(String workspace, String name, String boxId, Instant setAt, @Nullable String setBy, @Nullable Binding binding) {

    /**
     * Ties a secret to one far side.
     *
     * @param host in small letters, with {@code :port} where it is not the usual one; {@code *.} in front stands for all hosts below
     * @param header how it is sent, such as {@code Authorization: Bearer {value}}
     */
    public record Binding(String host, String header) {

        /** Whether the secret may be sent to this host. {@code port} is -1 for the usual one. */
        public boolean allows(String to, int port) {
            String address = to.toLowerCase(java.util.Locale.ROOT) + (port == -1 ? "" : ":" + port);
            return host.startsWith("*.") ? address.endsWith(host.substring(1)) && address.length() >= host.length() : address.equals(host);
        }

        /** Name of the header. */
        public String headerName() {
            return header.substring(0, header.indexOf(':')).strip();
        }

        /** Value of the header, with {@code {value}} where the secret stands. */
        public String headerValue() {
            return header.substring(header.indexOf(':') + 1).strip();
        }
    }
}
