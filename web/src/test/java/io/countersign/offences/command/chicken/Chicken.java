package io.countersign.offences.command.chicken;

import io.countersign.offences.command.egg.Egg;

public interface Chicken {

    Egg egg();
}
