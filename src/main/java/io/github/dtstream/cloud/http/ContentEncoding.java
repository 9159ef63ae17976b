package io.github.dtstream.cloud.http;

import io.github.dtstream.text.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.hc.core5.http.HttpEntity;

/**
 * Removes the content encoding (RFC 9110, section 8.4) that a proxy added to a body although none was requested. Bytes
 * are passed on as they arrive, so a stream is not delayed.
 */
public final class ContentEncoding {
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final int LONGEST_NAME = 60;

    private ContentEncoding() {}

    /** @throws IOException if the encoding is unknown; the message names it */
    public static InputStream decoded(HttpEntity entity) throws IOException {
        InputStream content = entity.getContent();
        String encoding = entity.getContentEncoding();
        return switch (encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> content;
            case "gzip", "x-gzip" -> new GZIPInputStream(content, BUFFER_BYTES);
            case "deflate" -> new InflaterInputStream(content);
            default ->
                throw new IOException("the answer is encoded as '" + Excerpt.of(encoding, LONGEST_NAME)
                        + "', which was not asked for; does a proxy or a gateway change it?");
        };
    }
}
