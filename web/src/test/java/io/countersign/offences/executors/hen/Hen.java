package io.countersign.offences.executors.hen;

import io.countersign.executors.ActionExecutor;

public abstract class Hen implements ActionExecutor {}
