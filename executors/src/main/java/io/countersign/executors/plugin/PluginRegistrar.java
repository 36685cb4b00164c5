package io.countersign.executors.plugin;

import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import io.countersign.command.vault.api.Secrets;
import io.countersign.executors.plugin.PluginFolder.Found;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** An action type and an executor for each plug-in of the folder, when the service starts. */
final class PluginRegistrar implements BeanRegistrar {

    private static final Logger log = LoggerFactory.getLogger(PluginRegistrar.class);

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        PluginFolder folder = PluginFolder.read(folder(environment));
        for (Found found : folder.found()) {
            log.info("Plug-in {}{} from {}, version {}", PluginType.PREFIX, found.plugin().name(), found.jar(), found.version());
            PluginType type = new PluginType(found);
            registry.registerBean(type.name() + "_type", PluginType.class, it -> it.supplier(context -> type));
            registry.registerBean(type.name() + "_executor", PluginExecutor.class,
                    it -> it.supplier(context -> new PluginExecutor(found, context.bean(Secrets.class))));
        }
        registry.registerBean("pluginDiagnostics", Report.class, it -> it.supplier(context -> new Report(folder)));
    }

    private static Path folder(Environment environment) {
        String own = environment.getProperty("countersign.plugins-dir", "");
        return own.isBlank() ? Path.of(environment.getProperty("countersign.data-dir", "./data")).resolve("plugins") : Path.of(own);
    }

    /** What became of the jars. */
    record Report(PluginFolder folder) implements DiagnosticSource {

        @Override
        public List<Diagnostic> diagnose() {
            return Stream.concat(folder.broken().stream().map(broken -> new Diagnostic("PLUGIN_BROKEN", Severity.ERROR,
                            "The plug-in " + broken.jar() + " is not in use: " + broken.why() + ".",
                            "Replace or remove " + broken.jar() + " and start again; actions of its type are refused meanwhile.")),
                    folder.found().stream().map(found -> new Diagnostic("PLUGIN_LOADED", Severity.INFO,
                            PluginType.PREFIX + found.plugin().name() + " comes from " + found.jar() + ", version " + found.version() + ".",
                            "Nothing, if you trust that jar as you trust this service: its code runs in this process."))).toList();
        }
    }

    /** Brings them in. */
    @Configuration(proxyBeanMethods = false)
    @Import(PluginRegistrar.class)
    static class Wiring {}
}
