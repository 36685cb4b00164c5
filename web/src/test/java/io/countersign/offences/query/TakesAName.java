package io.countersign.offences.query;

import io.countersign.query.projection.Projection;

/** A slot of this view has the name of another reader. */
abstract class TakesAName implements Projection {

    static final String NAME = "hens";
}
