package io.countersign.offences.web;

import org.springframework.jdbc.core.simple.JdbcClient;

abstract class ReadsATable {

    abstract JdbcClient jdbc();
}
