package io.countersign.offences.unmarked;

/** Its package says nothing about null. */
abstract class Unmarked {}
