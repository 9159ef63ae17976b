package io.github.dtstream.route.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** Finds the Maven artifact of a Camel component by the component's name in routes. Stateless. */
public final class CamelArtifacts {
    private static final String COMPONENTS = "camel-components.properties";

    private CamelArtifacts() {}

    /** The artifact's id, such as {@code camel-ftp} for {@code sftp}; empty if Camel has no such component. */
    public static Optional<String> of(String scheme) {
        Properties components = new Properties();
        try (InputStream in = CamelArtifacts.class.getResourceAsStream(COMPONENTS)) {
            if (in != null) {
                components.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.ofNullable(components.getProperty(scheme));
    }
}
