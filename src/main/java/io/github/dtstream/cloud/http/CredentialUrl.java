package io.github.dtstream.cloud.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Prevents that credentials are sent in clear text: plain http is accepted for loopback only. Stateless. */
public final class CredentialUrl {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

    private CredentialUrl() {}

    /**
     * @param option the name of the URL's setting, for the message
     * @throws IllegalArgumentException if it is not a URL, or credentials must not be sent to it
     */
    public static URI parse(String url, String option) {
        try {
            return require(new URI(url), option);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    option + " is no URL: " + e.getReason() + "; write https://host/path", e);
        }
    }

    /**
     * @param option the name of the URL's setting, for the message
     * @throws IllegalArgumentException if credentials must not be sent to this URL
     */
    public static URI require(URI url, String option) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        HostAndPort server = HostAndPort.of(url).orElse(null);
        if (url.getRawAuthority() != null && url.getRawAuthority().contains("@")
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    option + " must consist of scheme, host, port and path only" + shown(scheme, server, url));
        }
        if (server == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException(
                    option + " is not an https URL with a host" + shown(scheme, server, url));
        }
        if (scheme.equals("http")
                && !LOOPBACK.matcher(server.host().toLowerCase(Locale.ROOT)).matches()) {
            throw new IllegalArgumentException(option + " is plain http, which would send the credentials in clear text"
                    + shown(scheme, server, url)
                    + "; use https (plain http is accepted for loopback only)");
        }
        return url;
    }

    /** The part of the URL that certainly has no secret. */
    private static String shown(String scheme, @Nullable HostAndPort server, URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String start = scheme.isEmpty() ? "" : scheme + "://";
        return ": " + start + (server == null ? "" : server) + path;
    }
}
