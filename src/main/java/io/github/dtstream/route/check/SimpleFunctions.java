package io.github.dtstream.route.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/** The names of the simple language's functions, from Camel's own catalogue. */
final class SimpleFunctions {
    private static final String RESOURCE = "/META-INF/org/apache/camel/language/simple/simple.json";

    static final Set<String> NAMES = load();

    private SimpleFunctions() {}

    private static Set<String> load() {
        Set<String> names = new TreeSet<>();
        try (InputStream in = SimpleFunctions.class.getResourceAsStream(RESOURCE)) {
            if (in != null) {
                new ObjectMapper()
                        .readTree(in)
                        .path("functions")
                        .fieldNames()
                        .forEachRemaining(name -> names.add(name.replaceFirst("[^A-Za-z].*", "")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Set.copyOf(names);
    }
}
