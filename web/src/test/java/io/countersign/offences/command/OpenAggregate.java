package io.countersign.offences.command;

import org.axonframework.spring.stereotype.Aggregate;

@Aggregate
public abstract class OpenAggregate {

    public int eggs;

    void setEggs(int eggs) {
        this.eggs = eggs;
    }
}
