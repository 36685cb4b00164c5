package io.countersign.offences.query;

import java.time.LocalDate;
import java.time.ZoneOffset;

abstract class KnowsTheDay {

    LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }
}
