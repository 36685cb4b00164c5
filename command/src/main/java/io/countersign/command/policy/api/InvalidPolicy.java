package io.countersign.command.policy.api;

import io.countersign.command.catalogue.api.ParameterFault;
import java.io.Serial;
import java.util.List;

/** A policy that cannot be taken, with everything that is wrong with it, each with its place. */
public final class InvalidPolicy extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<ParameterFault> faults;

    /** At least one fault. */
    public InvalidPolicy(List<ParameterFault> faults) {
        super(faults.getFirst().field() + ": " + faults.getFirst().message(), null, false, false);
        this.faults = List.copyOf(faults);
    }

    /** What is wrong: where, such as {@code rules[0].condition.regex}, and what. At most 20. */
    public List<ParameterFault> faults() {
        return faults;
    }
}
