package io.countersign.offences.web;

abstract class ThrowsAnything {

    void fail() {
        throw new RuntimeException("cluck");
    }
}
