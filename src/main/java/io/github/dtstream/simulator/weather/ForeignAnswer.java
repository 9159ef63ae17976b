package io.github.dtstream.simulator.weather;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not the cloud's, but that of a proxy, a gateway or a sign-in page.
 *
 * @param contentType the media type; empty for none
 * @param header a header that belongs to the status; null for none
 */
public record ForeignAnswer(
        int status, String contentType, @Nullable Header header, String body) {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String JSON = "application/json";
    private static final int SHORT = 3;
    /** The number of paragraphs in a long page; it has eighty lines in all. */
    private static final int LONG = 74;

    /** A header of an answer. */
    public record Header(String name, String value) {}

    static ForeignAnswer empty(int status) {
        return new ForeignAnswer(status, "", null, "");
    }

    /** A web page of a few lines. */
    static ForeignAnswer page(int status, String title) {
        return new ForeignAnswer(status, HTML, null, page(title, SHORT));
    }

    /** A web page of 80 lines. */
    static ForeignAnswer longPage(int status, String title) {
        return new ForeignAnswer(status, HTML, null, page(title, LONG));
    }

    static ForeignAnswer json(int status, String body) {
        return new ForeignAnswer(status, JSON, null, body);
    }

    private static String page(String title, int paragraphs) {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html><head>\n<title>")
                .append(title)
                .append("</title>\n</head><body>\n<h1>")
                .append(title)
                .append("</h1>\n");
        for (int i = 1; i <= paragraphs; i++) {
            page.append("<p>Paragraph ").append(i).append(" of what people read here.</p>\n");
        }
        return page.append("</body></html>\n").toString();
    }

    ForeignAnswer with(String name, String value) {
        return new ForeignAnswer(status, contentType, new Header(name, value), body);
    }

    /** The same page with the media type of JSON. */
    ForeignAnswer saidToBeJson() {
        return new ForeignAnswer(status, JSON, header, body);
    }

    public byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
