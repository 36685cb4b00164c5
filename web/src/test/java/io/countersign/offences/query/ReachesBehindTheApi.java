package io.countersign.offences.query;

import io.countersign.offences.command.Secret;

abstract class ReachesBehindTheApi {

    abstract Secret secret();
}
