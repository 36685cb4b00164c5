package io.countersign.offences.command.api;

import io.countersign.offences.command.Secret;

public interface LeadsInside {

    Secret secret();
}
