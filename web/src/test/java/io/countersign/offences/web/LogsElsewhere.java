package io.countersign.offences.web;

import java.util.logging.Logger;

abstract class LogsElsewhere {

    private static final Logger LOG = Logger.getLogger("hens");

    void log() {
        LOG.info("cluck");
    }
}
