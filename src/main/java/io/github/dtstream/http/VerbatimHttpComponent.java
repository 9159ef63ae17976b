package io.github.dtstream.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.http.HttpComponentConfigurer;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.component.http.HttpEndpointConfigurer;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.support.component.RawParameterHelper;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.apache.camel.util.UnsafeUriCharactersEncoder;

/**
 * Camel's {@code http:} component with four differences. Bound in the registry as {@code http} and {@code https}, it
 * replaces Camel's own; routes do not change.
 *
 * <ul>
 *   <li>The query of an address is sent byte for byte and in its order, without the endpoint's options. Camel 4.17 decodes
 *       {@code ?sig=aB%2Bc} and sends {@code ?sig=aB+c}, which breaks signatures. {@code RAW(…)} is encoded as in Camel.
 *   <li>The HTTP client does not repeat a failed request by itself. It would silently wait for the
 *       {@code Retry-After}, and the route would seem to hang.
 *   <li>The wait for a silent server is limited to a minute ({@code connectTimeout}, {@code responseTimeout}).
 *   <li>An event is sent with its {@code Content-Length}, not in chunks, unless a route sets its own {@code
 *       httpClientConfigurer}.
 * </ul>
 *
 * <p>Thread-safe as Camel's components are.
 */
public final class VerbatimHttpComponent extends HttpComponent {
    private static final long CONNECT_TIMEOUT_MS = 10_000;
    private static final long RESPONSE_TIMEOUT_MS = 60_000;

    public VerbatimHttpComponent() {
        setAutomaticRetriesDisabled(true);
        setConnectTimeout(CONNECT_TIMEOUT_MS);
        setResponseTimeout(RESPONSE_TIMEOUT_MS);
        setHttpClientConfigurer(client -> client.addExecInterceptorFirst("known length", new KnownLength()));
    }

    /** Only this method gets the address as it was written. */
    @Override
    public boolean useRawUri() {
        return true;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        String written = StringHelper.after(uri, "?");
        if (written == null) {
            return super.createEndpoint(uri, remaining, parameters);
        }
        decode(written, parameters);
        HttpEndpoint endpoint = (HttpEndpoint) super.createEndpoint(uri, remaining, parameters);
        // Options have been removed from the parameters.
        endpoint.setHttpUri(withQuery(endpoint.getHttpUri(), query(written, parameters.keySet())));
        return endpoint;
    }

    /** Options get the same values as with Camel's own component. */
    private void decode(String written, Map<String, Object> parameters) throws URISyntaxException {
        Map<String, Object> decoded = URISupport.parseQuery(written);
        RawParameterHelper.resolveRawParameterValues(getCamelContext(), decoded);
        parameters.replaceAll((name, value) -> decoded.getOrDefault(name, value));
    }

    private static String query(String written, Set<String> sent) throws URISyntaxException {
        List<String> pairs = new ArrayList<>();
        URISupport.parseQuery(written, true).forEach((name, value) -> {
            if (sent.contains(name)) {
                for (Object one : value instanceof List<?> several ? several : List.of(value)) {
                    pairs.add(name + "=" + encoded(String.valueOf(one)));
                }
            }
        });
        return String.join("&", pairs);
    }

    private static String encoded(String value) {
        boolean isRaw =
                value.startsWith("RAW(") && value.endsWith(")") || value.startsWith("RAW{") && value.endsWith("}");
        return isRaw
                ? URLEncoder.encode(value.substring(4, value.length() - 1), StandardCharsets.UTF_8)
                : UnsafeUriCharactersEncoder.encodeHttpURI(value);
    }

    private static URI withQuery(URI address, String query) throws URISyntaxException {
        return URISupport.createURIWithQuery(address, query.isEmpty() ? null : query);
    }

    // Camel finds the following by an annotation that subclasses do not inherit.

    @Override
    public String getDefaultName() {
        return "http";
    }

    @Override
    public PropertyConfigurer getComponentPropertyConfigurer() {
        return new HttpComponentConfigurer();
    }

    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return new HttpEndpointConfigurer();
    }
}
