package io.countersign.bootstrap;

import io.countersign.command.api.CommandTime;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.settings.api.ActionSettings;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What all modules need and none of them makes. */
@Configuration(proxyBeanMethods = false)
class AssemblyConfiguration {

    /** UTC; one moment for all that a command decides. */
    @Bean
    Clock clock() {
        return CommandTime.of(Clock.systemUTC());
    }

    @Bean
    MasterKey masterKey(Settings settings) {
        List<MasterKey> former = settings.find("COUNTERSIGN_MASTER_KEY_PREVIOUS").map(text -> new MasterKey(Base64.getDecoder().decode(text)))
                .stream().toList();
        return settings.find("COUNTERSIGN_MASTER_KEY").map(text -> new MasterKey(Base64.getDecoder().decode(text), former))
                .orElseGet(() -> DataFolder.masterKey(settings.dataFolder()));
    }

    @Bean
    ActionSettings actionSettings(Settings settings) {
        return settings.actions();
    }
}
