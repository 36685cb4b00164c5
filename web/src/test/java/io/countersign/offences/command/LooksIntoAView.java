package io.countersign.offences.command;

import io.countersign.offences.query.api.Hens;

/** Against the direction, though through an api package. */
abstract class LooksIntoAView {

    abstract Hens hens();
}
