package io.countersign.offences.command.api;

public class Clever {}
