package io.countersign.executors.plugin;

import io.countersign.executors.plugin.api.Plugin;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Where the classes of one jar live: they see the Java platform, the interface of plug-ins and each other. */
final class Enclosure extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    Enclosure(Path jar) throws MalformedURLException {
        super("plugin " + jar.getFileName(), new URL[] {jar.toUri().toURL()}, new Window());
    }

    /** All that plug-ins see of this service. */
    private static final class Window extends ClassLoader {

        static {
            registerAsParallelCapable();
        }

        Window() {
            super("plugin window", ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(Plugin.class.getPackageName() + ".")) {
                return Plugin.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
