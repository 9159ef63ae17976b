package io.github.dtstream.app.router;

import java.net.URI;

/** The URL by which a browser on this machine opens the page, with the token that lets it acknowledge alarms. Pure. */
final class PageAddress {
    private PageAddress() {}

    /**
     * @param listening where the server listens; if that is every address, the loopback address is used
     * @param token goes into the fragment, which a browser does not send to any server
     */
    static URI of(URI listening, String token) {
        String host =
                switch (listening.getHost()) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "[::]", "[0:0:0:0:0:0:0:0]" -> "[::1]";
                    default -> listening.getHost();
                };
        return URI.create(listening.getScheme() + "://" + host + ":" + listening.getPort() + "/#token=" + token);
    }
}
