package io.countersign.offences.query;

import java.util.Random;

abstract class RollsDice {

    int roll() {
        return new Random().nextInt(6);
    }
}
