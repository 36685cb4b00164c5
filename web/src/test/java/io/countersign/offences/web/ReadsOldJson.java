package io.countersign.offences.web;

import com.fasterxml.jackson.databind.JsonNode;

abstract class ReadsOldJson {

    abstract JsonNode tree();
}
