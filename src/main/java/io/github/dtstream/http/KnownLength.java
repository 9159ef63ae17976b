package io.github.dtstream.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.StreamCache;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Sends a body that is completely in memory with its {@code Content-Length}. Camel sends a body that it can only read
 * as a stream, such as an event's, in chunks (RFC 9112, section 7.1), which small receivers of webhooks do not support.
 * Stateless.
 */
final class KnownLength implements ExecChainHandler {
    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        HttpEntity entity = request.getEntity();
        if (entity != null && entity.getContentLength() < 0 && !entity.isRepeatable()) {
            InputStream content = entity.getContent();
            if (content instanceof ByteArrayInputStream || content instanceof StreamCache cache && cache.inMemory()) {
                request.setEntity(
                        new ByteArrayEntity(content.readAllBytes(), type(entity), entity.getContentEncoding()));
            }
        }
        return chain.proceed(request, scope);
    }

    private static ContentType type(HttpEntity entity) {
        return entity.getContentType() == null
                ? ContentType.APPLICATION_OCTET_STREAM
                : ContentType.parseLenient(entity.getContentType());
    }
}
