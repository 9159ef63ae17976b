package io.github.dtstream.app.settings;

import io.github.dtstream.web.access.AccessAdvice;
import io.github.dtstream.web.access.PasswordHash;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the HTTP server. Those of Camel's {@code camel.server.*} keys that have a meaning here count, too.
 * Immutable.
 *
 * @param names the host names under which it answers, beside addresses and {@code localhost}
 * @param isTls whether it uses TLS, configured by Camel's {@code camel.ssl.*}
 * @param behindProxy whether a proxy in front of it uses TLS
 * @param publicPaths paths of {@code platform-http:} routes that need no password
 * @param longestBody the limit for the body of a request to such a route, in bytes
 */
public record HttpSettings(
        String host,
        int port,
        List<String> names,
        boolean isTls,
        boolean behindProxy,
        Optional<PasswordHash> password,
        List<String> publicPaths,
        long longestBody) {
    /** What messages about refused requests advise. */
    public static final AccessAdvice ADVICE = new AccessAdvice(
            "; if it is this router's, add it to dt.http-names",
            ". Set dt.http-behind-proxy=true and dt.http-password-hash");

    private static final String SERVER = "camel.server.";
    private static final String HOST = SERVER + "host";
    private static final String PORT = SERVER + "port";
    private static final String TLS = SERVER + "useGlobalSslContextParameters";
    private static final String MAX_BODY = SERVER + "maxBodySize";
    private static final long USUAL_BODY = 1024 * 1024;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1");

    /** What to use in place of some of Camel's keys. */
    private static final Map<String, String> OTHERWISE = Map.of(
            "authentication", "dt.http-password-hash locks the server",
            "basicProperties", "dt.http-password-hash locks the server",
            "jwt", "dt.http-password-hash locks the server",
            "path", "paths of routes are as the routes have them",
            "static", "a route can answer files",
            "fileUpload", "a route gets the body as it comes");

    /** Reads the settings, each of which has been checked before. */
    public static HttpSettings of(Settings settings) {
        return new HttpSettings(
                settings.has(Setting.HTTP_HOST)
                        ? settings.get(Setting.HTTP_HOST)
                        : settings.camel(HOST).orElse(settings.get(Setting.HTTP_HOST)),
                Integer.parseInt(
                        settings.has(Setting.HTTP_PORT)
                                ? settings.get(Setting.HTTP_PORT)
                                : settings.camel(PORT)
                                        .filter(HttpSettings::isNumber)
                                        .orElse(settings.get(Setting.HTTP_PORT))),
                words(settings.get(Setting.HTTP_NAMES)),
                settings.camel(TLS).filter("true"::equalsIgnoreCase).isPresent(),
                settings.get(Setting.HTTP_BEHIND_PROXY).equals("true"),
                PasswordHash.read(settings.get(Setting.HTTP_PASSWORD_HASH)),
                words(settings.get(Setting.HTTP_PUBLIC_PATHS)),
                settings.camel(MAX_BODY)
                        .filter(HttpSettings::isNumber)
                        .map(Long::parseLong)
                        .orElse(USUAL_BODY));
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,9}");
    }

    private static List<String> words(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Whether requests may come from other machines, so that the server requires a password. */
    public boolean isLocked() {
        return behindProxy || !LOOPBACK.contains(host);
    }

    /** Why the server must not be opened with these settings, and what to do about it; empty if it may. */
    public Optional<String> complaint() {
        if (!isLocked()) {
            return Optional.empty();
        }
        String why = behindProxy ? "dt.http-behind-proxy=true" : "dt.http-host=" + host;
        if (password.isEmpty()) {
            return Optional.of(why + " lets others than those on this machine reach the HTTP port, so that it needs a"
                    + " password: set dt.http-password-hash to what the command 'password' prints");
        }
        if (!isTls && !behindProxy) {
            return Optional.of(why + " would send the password and all data without encryption: set " + TLS
                    + "=true with camel.ssl.enabled=true and camel.ssl.keyStore, or put a proxy with TLS in front and set"
                    + " dt.http-behind-proxy=true");
        }
        return Optional.empty();
    }

    /** Whether a Camel key is about an HTTP server. Camel itself must not see such a key. */
    static boolean concerns(String key) {
        return key.startsWith(SERVER) || key.startsWith("camel.management.");
    }

    /** What is wrong with a Camel key about an HTTP server; empty if it is valid. */
    static Optional<String> complaint(String key, String value) {
        if (List.of(PORT, MAX_BODY).stream().anyMatch(known -> CamelKeys.same(known, key)) && !isNumber(value)) {
            return Optional.of("it must be a whole number");
        }
        if (List.of(HOST, PORT, TLS, MAX_BODY).stream().anyMatch(known -> CamelKeys.same(known, key))
                || (CamelKeys.same(SERVER + "enabled", key) && value.equalsIgnoreCase("true"))) {
            return Optional.empty();
        }
        if (!key.startsWith(SERVER)) {
            return Optional.of("health and metrics are on the router's own port, which dt.http-port names; remove it");
        }
        String option = key.substring(SERVER.length()).replace("-", "");
        return Optional.of(OTHERWISE.entrySet().stream()
                .filter(each -> option.regionMatches(
                        true, 0, each.getKey(), 0, each.getKey().length()))
                .map(each -> each.getValue() + "; remove it")
                .findFirst()
                .orElse("the router has its own server, with dt.http-port and dt.http-host; remove it"));
    }
}
