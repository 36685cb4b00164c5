package io.countersign.executors.http;

import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Credential;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.OpenAnswer;
import io.countersign.executors.outbound.OutboundCall;
import io.countersign.executors.outbound.OutboundClient;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at what is at an address, without changing it: by the version the server gives it, and where it gives none by what is there, as far as
 * two looks in a row find the same.
 */
final class WhatIsThere {

    private static final int MOST_BYTES = 1 << 20;

    private final OutboundClient client;
    private final URI uri;
    private final Map<String, String> headers;
    private final Masking masking;
    private final Deadline deadline;

    WhatIsThere(OutboundClient client, URI uri, Credential credential, Deadline deadline) {
        this.client = client;
        this.uri = uri;
        this.headers = new LinkedHashMap<>(credential.headers());
        this.headers.put("Accept", "*/*");
        this.masking = Masking.of(credential.hidden());
        this.deadline = deadline;
    }

    /** What one look found. */
    private record Seen(int status, List<Fact> version, String sha256) {}

    Observation seen(String subject) {
        try {
            Seen seen = look("HEAD");
            if (seen.status() == 405 || seen.status() == 501 || seen.status() / 100 == 2 && seen.version().isEmpty()) {
                seen = look("GET");
            }
            if (seen.status() >= 500) {
                return Observation.unseen(subject, uri.getHost() + " answered HTTP " + seen.status() + ".");
            }
            List<Fact> facts = new ArrayList<>(List.of(new Fact("Status", "HTTP " + seen.status())));
            if (seen.status() / 100 == 2) {
                facts.addAll(seen.version().isEmpty() ? content(seen) : seen.version());
            }
            return Observation.of(subject, facts);
        } catch (IOException unreached) {
            return Observation.unseen(subject, masking.sentence(String.valueOf(unreached.getMessage())));
        }
    }

    /** What changes from one look to the next changes by itself, and says nothing. */
    private List<Fact> content(Seen first) throws IOException {
        Seen second = look("GET");
        return first.sha256().equals(second.sha256()) ? List.of(new Fact("Content, SHA-256", first.sha256())) : List.of();
    }

    private Seen look(String method) throws IOException {
        try (OpenAnswer answer = client.open(new OutboundCall(method, uri, headers, null), null, deadline.left())) {
            boolean reads = method.equals("GET") && answer.status() / 100 == 2;
            return new Seen(answer.status(), version(answer), reads ? digest(answer) : "");
        }
    }

    private List<Fact> version(OpenAnswer answer) {
        for (String header : List.of("ETag", "Last-Modified")) {
            List<String> values = answer.headers().getOrDefault(header, List.of());
            if (!values.isEmpty()) {
                return List.of(new Fact(header, masking.text(values.getFirst())));
            }
        }
        return List.of();
    }

    /** Over the first MiB. */
    private static String digest(OpenAnswer answer) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(answer.body().readNBytes(MOST_BYTES)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
