package io.github.dtstream.web;

import io.github.dtstream.tls.RenewableKeys;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.component.vertx.common.VertxHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS certificates of the server, from a Camel context ({@code camel.ssl.*}). Their files are checked at intervals.
 * Renewed certificates are used for new connections; files that cannot be read change nothing. Used by one thread at a
 * time.
 */
final class ServerCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificates.class);

    private final CamelContext context;
    private final Duration look;
    private List<Seen> used = List.of();
    private List<Seen> newest = List.of();
    private @Nullable RenewableKeys keys;

    /** The attributes by which a change of a file is noticed. */
    private record Seen(long modified, long size, @Nullable Object key) {}

    /** @param look the interval between checks of the files */
    ServerCertificates(CamelContext context, Duration look) {
        this.context = context;
        this.look = look;
    }

    /** Sets the certificates in the options of a server that is not open yet. */
    void use(HttpServerOptions options) throws Exception {
        SSLContextParameters parameters = context.getSSLContextParameters();
        if (parameters == null || parameters.getKeyManagers() == null) {
            throw new IOException("there are no certificates: set camel.ssl.enabled=true and camel.ssl.keyStore");
        }
        used = look(); // before they are read: what comes after is seen
        VertxHelper.setupSSLOptions(context, parameters, options);
        RenewableKeys first = new RenewableKeys(factory(options));
        keys = first;
        // The server's own way to renew them, updateSSLOptions, closes connections that come while it reads the files.
        options.setKeyCertOptions(KeyCertOptions.wrap(first));
    }

    /** Checks the files from now on; new connections have what they contain. */
    void watch(ScheduledExecutorService timer) {
        RenewableKeys renewable = keys;
        if (renewable != null && !used.isEmpty()) {
            timer.scheduleWithFixedDelay(
                    () -> renew(renewable), look.toMillis(), look.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static KeyManagerFactory factory(HttpServerOptions options) throws Exception {
        return options.getKeyCertOptions().getKeyManagerFactory(null);
    }

    private void renew(RenewableKeys renewable) {
        List<Seen> now = look();
        boolean isSettled = now.equals(newest);
        newest = now;
        if (now.isEmpty() || now.equals(used) || !isSettled) {
            return; // certificate and key are renewed one after the other
        }
        used = now;
        try {
            HttpServerOptions renewed = new HttpServerOptions();
            VertxHelper.setupSSLOptions(context, Objects.requireNonNull(context.getSSLContextParameters()), renewed);
            renewable.replace(factory(renewed));
            LOG.info("the new certificates of {} are in use", name());
        } catch (Exception e) {
            LOG.warn(
                    "{} has changed and cannot be used; the previous certificates stay in use: {}",
                    name(),
                    e.toString());
        }
    }

    /** The attributes of the files; empty if not all stores are files, or if one is missing now. */
    private List<Seen> look() {
        List<Seen> seen = new ArrayList<>();
        for (String name : name().split(",")) {
            Path file = file(name.strip());
            try {
                if (file == null) {
                    return List.of();
                }
                BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
                seen.add(new Seen(is.lastModifiedTime().toMillis(), is.size(), is.fileKey()));
            } catch (IOException e) {
                return List.of();
            }
        }
        return seen;
    }

    /** The file, or files with commas between them, with key and certificates; empty if they are not in files. */
    private String name() {
        SSLContextParameters parameters = context.getSSLContextParameters();
        KeyManagersParameters managers = parameters == null ? null : parameters.getKeyManagers();
        KeyStoreParameters store = managers == null ? null : managers.getKeyStore();
        String name = store == null ? null : store.getResource();
        return name == null || name.startsWith("ref:") ? "" : context.resolvePropertyPlaceholders(name);
    }

    private @Nullable Path file(String name) {
        if (name.isEmpty()) {
            return null;
        }
        if (!ResourceHelper.hasScheme(name)) {
            return Path.of(name);
        }
        URI uri = ResourceHelper.resolveResource(context, name).getURI();
        return uri != null && "file".equals(uri.getScheme()) ? Path.of(uri) : null;
    }
}
