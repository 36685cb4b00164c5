package io.countersign.offences.command.egg;

import io.countersign.offences.command.chicken.Chicken;

public interface Egg {

    Chicken chicken();
}
