/** Requests to addresses that the catalogue or the caller names: plain HTTP, webhooks, and connectors that are described, not programmed. */
@NullMarked
package io.countersign.executors.http;

import org.jspecify.annotations.NullMarked;
