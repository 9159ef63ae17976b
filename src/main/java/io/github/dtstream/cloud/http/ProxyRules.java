package io.github.dtstream.cloud.http;

import io.github.dtstream.text.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which servers are reached through an HTTP proxy. Immutable.
 *
 * @param proxy the proxy; null for none
 * @param source the origin of the setting, for messages
 * @param direct the servers that are reached without it
 */
public record ProxyRules(@Nullable HttpProxy proxy, String source, List<Pattern> direct) {
    /** No proxy. */
    public static final ProxyRules NONE = new ProxyRules(null, "", List.of());

    /** The default port of curl, and of most programs that use the variable. */
    private static final int DEFAULT_PORT = 1080;

    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127\\..*|\\[::1]|\\[0:0:0:0:0:0:0:1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

    public ProxyRules {
        direct = List.copyOf(direct);
    }

    /** One proxy for every server. */
    public static ProxyRules always(HttpProxy proxy, String source) {
        return new ProxyRules(proxy, source, List.of());
    }

    /**
     * The rules of the machine: the JVM's properties {@code https.proxyHost}, {@code https.proxyPort} and {@code
     * http.nonProxyHosts} if they name a proxy, else the variables {@code https_proxy} and {@code no_proxy}, in upper
     * case if they are not set in lower case. This machine itself is always reached directly.
     *
     * @throws IllegalArgumentException if the variable's value cannot be used; the message says what to do, and shows
     *     no password
     */
    public static ProxyRules of(Map<String, String> environment, Properties system) {
        String host = system.getProperty("https.proxyHost", "").strip();
        if (!host.isEmpty()) {
            HttpProxy proxy = new HttpProxy(host, port(system.getProperty("https.proxyPort", "443")), null, null);
            return new ProxyRules(proxy, "-Dhttps.proxyHost", ofJvm(system.getProperty("http.nonProxyHosts", "")));
        }
        String name = environment.containsKey("https_proxy") ? "https_proxy" : "HTTPS_PROXY";
        String url = environment.getOrDefault(name, "").strip();
        if (url.isEmpty()) {
            return NONE;
        }
        String exceptions = environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", ""));
        return new ProxyRules(parse(url, name), name, ofVariable(exceptions));
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-Dhttps.proxyPort is '" + text + "'; it must be a number", e);
        }
    }

    private static HttpProxy parse(String text, String name) {
        try {
            URI url = new URI(text.contains("://") ? text : "http://" + text);
            HostAndPort server = HostAndPort.of(url).orElse(null);
            if (server == null || !"http".equalsIgnoreCase(url.getScheme())) {
                throw unusable(name);
            }
            String authority = url.getRawAuthority();
            int at = authority.lastIndexOf('@');
            String[] user = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
            return new HttpProxy(
                    server.host(),
                    server.port() < 0 ? DEFAULT_PORT : server.port(),
                    user.length == 0 ? null : decoded(user[0]),
                    user.length < 2 ? null : new Secret(decoded(user[1])));
        } catch (URISyntaxException e) {
            throw unusable(name);
        }
    }

    /** Made without a cause, as the cause would quote the URL with its password. */
    private static IllegalArgumentException unusable(String name) {
        return new IllegalArgumentException("the environment's " + name
                + " does not name an HTTP proxy, as http://host:port or http://user:password@host:port (special characters"
                + " as %40 and the like); correct it, or remove it from the router's environment");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** A list such as {@code localhost|*.example.com}. */
    private static List<Pattern> ofJvm(String hosts) {
        return Stream.concat(
                        Stream.of(LOOPBACK),
                        Arrays.stream(hosts.split("\\|"))
                                .map(String::strip)
                                .filter(host -> !host.isEmpty())
                                .map(ProxyRules::glob))
                .toList();
    }

    /** A list such as {@code localhost,.example.com,10.1.2.3:8443}; a domain includes its subdomains. */
    private static List<Pattern> ofVariable(String hosts) {
        return Stream.concat(
                        Stream.of(LOOPBACK),
                        Arrays.stream(hosts.split("[,\\s]+"))
                                .filter(host -> !host.isEmpty())
                                .map(host -> host.replaceFirst("^\\*?\\.", ""))
                                .map(host -> host.equals("*") ? Pattern.compile(".*") : domain(host)))
                .toList();
    }

    private static Pattern glob(String host) {
        String pattern = Arrays.stream(host.split("\\*", -1))
                .map(Pattern::quote)
                .reduce((a, b) -> a + ".*" + b)
                .orElse("");
        return Pattern.compile(pattern + "(:\\d+)?", Pattern.CASE_INSENSITIVE);
    }

    private static Pattern domain(String host) {
        boolean withPort = host.matches(".*[^:\\]]:\\d+");
        return Pattern.compile(
                "(.*\\.)?" + Pattern.quote(host) + (withPort ? "" : "(:\\d+)?"), Pattern.CASE_INSENSITIVE);
    }

    /**
     * The proxy for a server; empty if it is reached directly.
     *
     * @param port the server's port
     */
    public Optional<HttpProxy> forServer(String host, int port) {
        String server = host + ":" + port;
        boolean isDirect = direct.stream().anyMatch(each -> each.matcher(server).matches());
        return isDirect ? Optional.empty() : Optional.ofNullable(proxy);
    }
}
