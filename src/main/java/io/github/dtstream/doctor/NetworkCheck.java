package io.github.dtstream.doctor;

import io.github.dtstream.cloud.fault.FaultClassifier;
import io.github.dtstream.cloud.http.HttpProxy;
import io.github.dtstream.cloud.http.ProxyRules;
import io.github.dtstream.stream.CloudOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Checks the connection to the cloud's two servers: names, proxy, TLS. */
final class NetworkCheck {
    private static final Duration EXPIRES_SOON = Duration.ofDays(7);

    private final CloudOptions options;
    private final FaultClassifier faults;
    private final Instant now;
    private final Consumer<Diagnosis> found;

    NetworkCheck(CloudOptions options, FaultClassifier faults, Instant now, Consumer<Diagnosis> found) {
        this.options = options;
        this.faults = faults;
        this.now = now;
        this.found = found;
    }

    /** @return whether requests to the cloud make sense */
    boolean run() {
        boolean isThere = true;
        for (URI server : servers()) {
            isThere &= look(server);
        }
        return isThere;
    }

    /** The servers of the REST API and, if tokens are used, of access tokens; each host once. */
    private List<URI> servers() {
        List<URI> servers = new ArrayList<>(List.of(options.apiUrl()));
        Set<String> hosts = new LinkedHashSet<>(Set.of(authority(options.apiUrl())));
        if (!options.authentication().equals("basic") && hosts.add(authority(options.tokenUrl()))) {
            servers.add(options.tokenUrl());
        }
        return servers;
    }

    private static String authority(URI server) {
        return server.getHost() + ":" + port(server);
    }

    private static int port(URI server) {
        return server.getPort() >= 0 ? server.getPort() : isTls(server) ? 443 : 80;
    }

    private static boolean isTls(URI server) {
        return "https".equals(server.getScheme());
    }

    private boolean look(URI server) {
        ProxyRules rules = options.proxies();
        Optional<HttpProxy> proxy = rules.forServer(server.getHost(), port(server));
        if (proxy.isPresent()) {
            found.accept(Diagnosis.ok(
                    "proxy",
                    server.getHost() + " is reached through " + proxy.get() + ", which " + rules.source() + " names"));
            return resolve(proxy.get().host(), "correct what " + rules.source() + " says, or the machine's DNS");
        }
        if (!resolve(server.getHost(), "check the network, its DNS, and whether a proxy is needed (HTTPS_PROXY)")) {
            return false;
        }
        return !isTls(server) || handshake(server);
    }

    private boolean resolve(String host, String advice) {
        try {
            String addresses = Arrays.stream(InetAddress.getAllByName(host))
                    .map(InetAddress::getHostAddress)
                    .collect(Collectors.joining(", "));
            found.accept(Diagnosis.ok("dns", host + " is " + addresses));
            return true;
        } catch (UnknownHostException e) {
            found.accept(Diagnosis.error("dns", "the name " + host + " is not known: " + advice));
            return false;
        }
    }

    private boolean handshake(URI server) {
        int patience = Math.toIntExact(options.connectTimeout().toMillis());
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(server.getHost(), port(server)), patience);
            plain.setSoTimeout(patience);
            SSLContext context = options.tls() == null
                    ? SSLContext.getDefault()
                    : options.tls().current();
            try (SSLSocket secure =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, server.getHost(), port(server), true)) {
                SSLParameters parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                secure.startHandshake();
                found.accept(certificate(server.getHost(), secure));
            }
            return true;
        } catch (IOException | GeneralSecurityException e) {
            found.accept(Diagnosis.error(
                    "tls", faults.ofThrowable(e, server.getHost()).summary()));
            return false;
        }
    }

    private Diagnosis certificate(String host, SSLSocket secure) throws IOException {
        if (!(secure.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate)) {
            return Diagnosis.ok("tls", host + ": " + secure.getSession().getProtocol());
        }
        Instant end = certificate.getNotAfter().toInstant();
        String said = host + ": " + secure.getSession().getProtocol() + ", certificate by "
                + certificate.getIssuerX500Principal().getName() + ", valid until " + end;
        return now.plus(EXPIRES_SOON).isAfter(end)
                ? Diagnosis.warning("tls", said + ": it expires soon; whoever runs that server must renew it")
                : Diagnosis.ok("tls", said);
    }
}
