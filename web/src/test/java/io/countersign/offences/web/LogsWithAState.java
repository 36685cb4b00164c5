package io.countersign.offences.web;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

abstract class LogsWithAState {

    Logger log = LoggerFactory.getLogger(LogsWithAState.class);
}
