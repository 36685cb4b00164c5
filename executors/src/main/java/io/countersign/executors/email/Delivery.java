package io.countersign.executors.email;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of the mail to one recipient. */
sealed interface Delivery {

    /** The provider took it. {@code id} is the provider's; null when its answer held none. */
    record Accepted(@Nullable String id) implements Delivery {}

    /** It did not go out, and does not. {@code last} when the others need not be tried. */
    record Refused(String errorClass, String error, boolean last) implements Delivery {}

    /** Nobody knows. {@code last} when there is no time to try the others. */
    record Unclear(String errorClass, String error, boolean last) implements Delivery {}

    /** Try again later, with the same key. {@code untouched} when it is known that nothing has happened so far. */
    record Postponed(Duration after, String why, boolean untouched) implements Delivery {}
}
