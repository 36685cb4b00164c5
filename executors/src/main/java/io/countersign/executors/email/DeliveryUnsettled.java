package io.countersign.executors.email;

/** The attempt ended in the middle, as if the process had died: another attempt with the same keys may go on. */
final class DeliveryUnsettled extends IllegalStateException {

    DeliveryUnsettled(String why) {
        super(why);
    }
}
