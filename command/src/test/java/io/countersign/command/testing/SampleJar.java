package io.countersign.command.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.springframework.util.FileSystemUtils;

/** Compiles a class and packs it as the provider of a service, as somebody outside would. */
public final class SampleJar {

    private static final Pattern CLASS = Pattern.compile("package ([\\w.]+);.*?public final class (\\w+)", Pattern.DOTALL);
    private static final Pattern IN_MARKDOWN = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private SampleJar() {}

    /** The first Java sample of a document. */
    public static String sourceIn(Path document) {
        try {
            Matcher sample = IN_MARKDOWN.matcher(Files.readString(document));
            if (!sample.find()) {
                throw new IllegalArgumentException(document + " holds no sample");
            }
            return sample.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the jar at this place from a class in a package of its own. */
    public static Path make(Path jar, String source, String service) {
        Matcher named = CLASS.matcher(source);
        if (!named.find()) {
            throw new IllegalArgumentException("no class: " + source);
        }
        try {
            Path work = Files.createTempDirectory("sample-jar");
            Path file = Files.writeString(work.resolve(named.group(2) + ".java"), source);
            Path classes = Files.createDirectory(work.resolve("classes"));
            int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, "--release", "21", "-proc:none", "-implicit:none", "-cp",
                    System.getProperty("java.class.path"), "-d", classes.toString(), file.toString());
            if (result != 0) {
                throw new IllegalStateException("The sample does not compile");
            }
            Files.createDirectories(jar.getParent());
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar)); Stream<Path> compiled = Files.walk(classes)) {
                entry(out, "META-INF/services/" + service, (named.group(1) + "." + named.group(2)).getBytes(StandardCharsets.UTF_8));
                for (Path one : (Iterable<Path>) compiled.filter(Files::isRegularFile)::iterator) {
                    entry(out, classes.relativize(one).toString().replace('\\', '/'), Files.readAllBytes(one));
                }
            }
            FileSystemUtils.deleteRecursively(work);
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void entry(JarOutputStream out, String name, byte[] bytes) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(bytes);
        out.closeEntry();
    }
}
