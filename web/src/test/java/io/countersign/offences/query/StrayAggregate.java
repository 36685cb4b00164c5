package io.countersign.offences.query;

import org.axonframework.spring.stereotype.Aggregate;

@Aggregate
abstract class StrayAggregate {}
