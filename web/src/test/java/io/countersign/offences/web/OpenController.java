package io.countersign.offences.web;

import org.springframework.web.bind.annotation.RestController;

@RestController
public abstract class OpenController {}
