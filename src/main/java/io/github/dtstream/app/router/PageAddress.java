package io.github.dtstream.app.router;

import java.net.URI;

/** Where somebody on this machine sees the page, with the token by which it may acknowledge alarms. Pure. */
final class PageAddress {
    private PageAddress() {}

    /**
     * @param listening where the server listens: of every address, that of this machine is told
     * @param token goes into the fragment, which a browser sends nobody
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
