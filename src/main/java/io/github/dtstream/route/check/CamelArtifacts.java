package io.github.dtstream.route.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** Which of Camel's artifacts a component is in, by the name that routes have for it. Stateless. */
public final class CamelArtifacts {
    private static final String COMPONENTS = "camel-components.properties";

    private CamelArtifacts() {}

    /** The artifact's id, for example {@code camel-ftp} of {@code sftp}; empty where Camel has no such component. */
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
