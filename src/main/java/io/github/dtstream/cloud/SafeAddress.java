package io.github.dtstream.cloud;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** Keeps credentials from travelling in clear text: plain http is accepted for loopback only. */
final class SafeAddress {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

    private SafeAddress() {}

    /**
     * @param option the name of the setting that the URL comes from, for the message
     * @throws IllegalArgumentException if credentials must not be sent to this URL
     */
    static URI require(URI url, String option) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException(option + " is not an https URL with a host: " + withoutSecrets(url));
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    option + " must consist of scheme, host, port and path only: " + withoutSecrets(url));
        }
        if (scheme.equals("http") && !isLoopback(url)) {
            throw new IllegalArgumentException(
                    option + " is plain http, which would send the credentials in clear text: " + withoutSecrets(url)
                            + "; use https (plain http is accepted for loopback only)");
        }
        return url;
    }

    private static boolean isLoopback(URI url) {
        return LOOPBACK.matcher(url.getHost().toLowerCase(Locale.ROOT)).matches();
    }

    private static String withoutSecrets(URI url) {
        String host = url.getHost() == null ? "" : url.getHost();
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return url.getScheme() + "://" + host + port + path;
    }
}
