package io.countersign.offences.web;

import org.springframework.beans.factory.annotation.Autowired;

abstract class Injected {

    @Autowired
    Page page;
}
