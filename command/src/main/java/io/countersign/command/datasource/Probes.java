package io.countersign.command.datasource;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.datasource.api.DataSourceProbe;
import io.countersign.command.datasource.api.PostgresUrl;
import java.util.List;
import org.springframework.stereotype.Component;

/** Every probe of this installation has its say. Where there is none, nothing can be looked at and so nothing is saved. */
@Component
class Probes {

    private final List<DataSourceProbe> probes;

    Probes(List<DataSourceProbe> probes) {
        this.probes = probes;
    }

    void mustBeWeak(PostgresUrl url, String username, String password) {
        if (probes.isEmpty()) {
            throw new Refused(RefusalCode.UNSUPPORTED, "This installation cannot look at a database, so none can be added.");
        }
        probes.forEach(probe -> probe.mustBeWeak(url, username, password));
    }
}
