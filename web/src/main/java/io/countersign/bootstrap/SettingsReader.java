package io.countersign.bootstrap;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Reads the settings before anything else is made, and makes them visible to all modules under both their names. A fault is told only when
 * the log can carry it, which is one step later.
 */
final class SettingsReader implements EnvironmentPostProcessor, Ordered {

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        try {
            Settings settings = Settings.read(environment::getProperty);
            Map<String, Object> published = new HashMap<>();
            KnownSetting.ALL.forEach(setting -> settings.find(setting.name()).ifPresent(value -> {
                published.put(setting.name(), value);
                published.put(setting.property(), value);
            }));
            publish(environment, published);
            application.addInitializers(context -> {
                context.getBeanFactory().registerSingleton("settings", settings);
                publish(environment, Map.of("countersign.node-id", DataFolder.nodeId(settings.dataFolder())));
            });
        } catch (InvalidSettings faults) {
            application.addInitializers(context -> {
                throw faults;
            });
        }
    }

    private static void publish(ConfigurableEnvironment environment, Map<String, Object> values) {
        MapPropertySource source = new MapPropertySource("countersign " + values.size(), values);
        if (environment.getPropertySources().contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
            environment.getPropertySources().addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, source);
        } else {
            environment.getPropertySources().addFirst(source);
        }
    }
}
