package io.countersign.offences.web;

abstract class Prints {

    void print() {
        System.out.println("cluck");
    }
}
