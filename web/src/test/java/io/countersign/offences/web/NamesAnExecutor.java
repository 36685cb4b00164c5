package io.countersign.offences.web;

import io.countersign.offences.executors.Tool;

abstract class NamesAnExecutor {

    abstract Tool tool();
}
