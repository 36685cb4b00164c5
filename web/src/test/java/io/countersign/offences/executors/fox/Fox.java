package io.countersign.offences.executors.fox;

import io.countersign.executors.ActionExecutor;
import io.countersign.offences.executors.hen.Hen;

abstract class Fox implements ActionExecutor {

    abstract Hen hen();
}
