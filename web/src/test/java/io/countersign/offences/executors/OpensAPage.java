package io.countersign.offences.executors;

import io.countersign.offences.web.Page;

abstract class OpensAPage {

    abstract Page page();
}
