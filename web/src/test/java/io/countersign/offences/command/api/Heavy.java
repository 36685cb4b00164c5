package io.countersign.offences.command.api;

import tools.jackson.databind.JsonNode;

public record Heavy(JsonNode tree) {}
