package io.countersign.executors.http;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import java.util.Locale;

/** The plain requests there are. */
enum HttpKind {
    /** Reads. */
    GET("Read from an address over HTTP.", ApprovalMode.AUTO, ExecutionClass.IDEMPOTENT, ""),
    /** Sends something that may do anything. */
    POST("Send to an address over HTTP.", ApprovalMode.MANUAL, ExecutionClass.ONCE, "body"),
    /** Puts something in a place; twice is as good as once. */
    PUT("Put something at an address over HTTP.", ApprovalMode.MANUAL, ExecutionClass.IDEMPOTENT, "body"),
    /** Changes a part. */
    PATCH("Change a part of what is at an address over HTTP.", ApprovalMode.MANUAL, ExecutionClass.ONCE, "body"),
    /** Takes away; twice is as good as once. */
    DELETE("Delete what is at an address over HTTP.", ApprovalMode.MANUAL, ExecutionClass.IDEMPOTENT, ""),
    /** Tells another system, signed, and again until it has heard. */
    WEBHOOK("Tell another system by a signed webhook.", ApprovalMode.MANUAL, ExecutionClass.IDEMPOTENT, "payload");

    private final String description;
    private final ApprovalMode mode;
    private final ExecutionClass executionClass;
    private final String collects;

    HttpKind(String description, ApprovalMode mode, ExecutionClass executionClass, String collects) {
        this.description = description;
        this.mode = mode;
        this.executionClass = executionClass;
        this.collects = collects;
    }

    /** Name of the action type. */
    String typeName() {
        return this == WEBHOOK ? "webhook" : "http_" + name().toLowerCase(Locale.ROOT);
    }

    /** As on the request line. */
    String method() {
        return this == WEBHOOK ? "POST" : name();
    }

    String description() {
        return description;
    }

    ApprovalMode mode() {
        return mode;
    }

    ExecutionClass executionClass() {
        return executionClass;
    }

    /** It changes what is at an address already, so that this can be looked at before. */
    boolean isAboutWhatIsThere() {
        return this == PUT || this == PATCH || this == DELETE;
    }

    /** Where the parameters of an entry go; empty for the address. */
    String collects() {
        return collects;
    }
}
