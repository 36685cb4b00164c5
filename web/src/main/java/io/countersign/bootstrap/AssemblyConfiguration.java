package io.countersign.bootstrap;

import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.settings.api.ActionSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What all modules need and none of them makes. */
@Configuration(proxyBeanMethods = false)
class AssemblyConfiguration {

    /** Time as the database stores it: UTC, whole microseconds. */
    @Bean
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    }

    @Bean
    MasterKey masterKey(Settings settings) {
        return settings.find("COUNTERSIGN_MASTER_KEY").map(text -> new MasterKey(Base64.getDecoder().decode(text)))
                .orElseGet(() -> DataFolder.masterKey(settings.dataFolder()));
    }

    @Bean
    ActionSettings actionSettings(Settings settings) {
        return settings.actions();
    }
}
