package io.github.dtstream.camel;

import io.github.dtstream.cloud.fault.CloudOption;
import io.github.dtstream.cloud.fault.OptionNames;
import io.github.dtstream.cloud.http.CredentialUrl;
import io.github.dtstream.cloud.http.HttpProxy;
import io.github.dtstream.cloud.http.ProxyRules;
import io.github.dtstream.cloud.http.TlsSource;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.stream.CloudOptions;
import io.github.dtstream.text.NearestName;
import io.github.dtstream.text.Secret;
import io.github.dtstream.tls.RenewedTls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/** The options of the component {@code dt-stream}, and their conversion to the settings of other packages. */
public abstract class DtStreamComponentOptions extends DefaultComponent implements SSLContextParametersAware {
    @Metadata
    private DtStreamConfiguration configuration = new DtStreamConfiguration();

    @Metadata(
            label = "cloud",
            defaultValue = "https://api.disruptive-technologies.com/v2",
            description = "The base of the cloud's REST API. Plain http is refused except to this machine.")
    private String apiUrl = "https://api.disruptive-technologies.com/v2";

    @Metadata(
            label = "security",
            defaultValue = "https://identity.disruptive-technologies.com/oauth2/token",
            description = "The endpoint that issues OAuth2 access tokens.")
    private String tokenUrl = "https://identity.disruptive-technologies.com/oauth2/token";

    @Metadata(
            label = "security",
            enums = "oauth2,basic",
            description =
                    "How requests are authenticated. The default is oauth2 if serviceAccountEmail is set, else basic.")
    private @Nullable String auth;

    @Metadata(label = "security", description = "The identifier of the service account's key.")
    private @Nullable String serviceAccountKeyId;

    @Metadata(label = "security", secret = true, description = "The secret of the service account's key.")
    private @Nullable String serviceAccountSecret;

    @Metadata(label = "security", description = "The service account's e-mail address; needed for oauth2.")
    private @Nullable String serviceAccountEmail;

    @Metadata(
            label = "security",
            secret = true,
            description = "The secret of the signatures of messages that are appended with the option signed. "
                    + "During a change: the old one and the new one, with a space in between.")
    private @Nullable String signatureSecret;

    @Metadata(
            label = "security",
            description = "Further service accounts, by name. A project is read by the account that has it in "
                    + "its list, or that the option account of its endpoints names.")
    private Map<String, ServiceAccount> accounts = Map.of();

    @Metadata(
            label = "security",
            defaultValue = "false",
            description = "Send the access token of the stream request as its token query parameter instead of "
                    + "the Authorization header. Proxies may log it; use it only if headers do not get "
                    + "through.")
    private boolean tokenAsQueryParameter;

    @Metadata(
            defaultValue = "data",
            description = "The folder for the journal, the cursors, the gap ledger and rejected records.")
    private String dataDirectory = "data";

    @Metadata(
            label = "cloud",
            defaultValue = "10000",
            javaType = "java.time.Duration",
            description = "The limit for making a connection to the cloud.")
    private long connectTimeout = 10_000;

    @Metadata(
            label = "cloud",
            description = "The User-Agent header of requests. The default is dt-stream-router with its version.")
    private @Nullable String userAgent;

    @Metadata(
            label = "proxy",
            description = "The HTTP proxy for the cloud, as http://host:port. The default is the JVM's property "
                    + "https.proxyHost, else the environment variable HTTPS_PROXY.")
    private @Nullable String proxyUrl;

    @Metadata(label = "proxy", description = "The user name for the proxy.")
    private @Nullable String proxyUser;

    @Metadata(label = "proxy", secret = true, description = "The password for the proxy.")
    private @Nullable String proxyPassword;

    @Metadata(label = "security", description = "TLS settings: trusted certificates, protocols, client certificate.")
    private @Nullable SSLContextParameters sslContextParameters;

    @Metadata(
            label = "security",
            defaultValue = "false",
            description = "Use the SSLContextParameters of the Camel context if none are set here.")
    private boolean useGlobalSslContextParameters;

    @Metadata(
            label = "journal",
            defaultValue = "67108864",
            description = "A new journal segment begins when the last one is larger than this, in bytes, and at "
                    + "each UTC midnight.")
    private long journalSegmentSize = 64L << 20;

    @Metadata(
            label = "journal",
            defaultValue = "604800000",
            javaType = "java.time.Duration",
            description = "How long delivered events are kept in the journal for replay.")
    private long journalRetention = Duration.ofDays(7).toMillis();

    @Metadata(
            label = "journal",
            defaultValue = "2592000000",
            javaType = "java.time.Duration",
            description = "How long the journal runs without a subscriber, whose route was removed or renamed, "
                    + "before its cursor is deleted. Until then, undelivered events are kept for it.")
    private long subscriberRetention = Duration.ofDays(30).toMillis();

    @Metadata(
            label = "journal",
            defaultValue = "2147483648",
            description = "The largest size of a stream's journal, in bytes. Beyond it the oldest events are "
                    + "deleted, delivered or not; undelivered ones are logged and counted as lost.")
    private long journalMaxSize = 2L << 30;

    @Metadata(
            label = "journal",
            defaultValue = "262144",
            description = "The largest number of event identifiers that are remembered to recognise duplicates; "
                    + "in a small heap fewer, at least 8,192.")
    private int deduplicationWindow = 1 << 18;

    @Metadata(
            label = "gap",
            defaultValue = "true",
            description = "Whether gaps in the stream are filled from the cloud's event history.")
    private boolean fillGaps = true;

    @Metadata(
            label = "gap",
            defaultValue = "4",
            description = "The largest number of requests for history and device lists per second, of all "
                    + "projects together. The cloud allows 5 in all.")
    private int historyRequestsPerSecond = 4;

    @Metadata(
            label = "gap,advanced",
            defaultValue = "10000",
            javaType = "java.time.Duration",
            description = "How long an event may take from its publication until the cloud's history shows it. A "
                    + "gap is closed at the earliest twice this time after its end.")
    private long historyIndexingDelay = 10_000;

    @Metadata(
            label = "gap",
            defaultValue = "0",
            javaType = "java.time.Duration",
            description = "How far back the temperature and humidity history is read again, slowly and "
                    + "regularly, for values that sensors sent late. 0 switches it off.")
    private long reconcileWindow;

    DtStreamComponentOptions() {}

    DtStreamComponentOptions(CamelContext context) {
        super(context);
    }

    /**
     * How to reach the cloud.
     *
     * @param names the names of the options in messages
     */
    CloudOptions cloudOptions(OptionNames names) {
        return new CloudOptions(
                "",
                CredentialUrl.parse(apiUrl, names.of(CloudOption.API_URL)),
                CredentialUrl.parse(tokenUrl, names.of(CloudOption.TOKEN_URL)),
                auth,
                serviceAccountKeyId,
                secret(serviceAccountSecret),
                serviceAccountEmail,
                tokenAsQueryParameter,
                Duration.ofMillis(connectTimeout),
                userAgent,
                proxies(),
                tls(),
                fillGaps,
                historyRequestsPerSecond,
                Duration.ofMillis(historyIndexingDelay),
                Duration.ofMillis(reconcileWindow),
                names);
    }

    private ProxyRules proxies() {
        return proxyUrl == null || proxyUrl.isEmpty()
                ? ProxyRules.of(System.getenv(), System.getProperties())
                : ProxyRules.always(HttpProxy.at(URI.create(proxyUrl), proxyUser, secret(proxyPassword)), "proxyUrl");
    }

    /**
     * The service account with a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    ServiceAccount requireAccount(String name) {
        ServiceAccount named = accounts.get(name);
        if (named == null) {
            String nearest = NearestName.question(name, accounts.keySet())
                    .map(question -> "; " + question)
                    .orElse("");
            throw new IllegalArgumentException("there is no service account of the name '" + name + "'; "
                    + (accounts.isEmpty()
                            ? "none has a name"
                            : "there are " + String.join(", ", new TreeSet<>(accounts.keySet())))
                    + nearest);
        }
        return named;
    }

    /** The same for a named service account. */
    CloudOptions cloudOptions(OptionNames names, String account) {
        CloudOptions own = cloudOptions(names);
        ServiceAccount named = requireAccount(account);
        return own.as(account, named.keyId(), new Secret(named.secret()), named.email(), named.auth());
    }

    /** The settings of journals of events. */
    public JournalSettings journalSettings() {
        return new JournalSettings(
                journalSegmentSize,
                Duration.ofMillis(journalRetention),
                journalMaxSize,
                deduplicationWindow,
                JournalSettings.DEFAULTS.maxPendingBytes(),
                JournalSettings.DEFAULTS.tailBytes(),
                Duration.ofMillis(subscriberRetention));
    }

    private static @Nullable Secret secret(@Nullable String text) {
        return text == null || text.isEmpty() ? null : new Secret(text);
    }

    private @Nullable TlsSource tls() {
        SSLContextParameters parameters =
                sslContextParameters == null ? retrieveGlobalSslContextParameters() : sslContextParameters;
        if (parameters == null) {
            return null;
        }
        RenewedTls tls = new RenewedTls(parameters, getCamelContext());
        try {
            tls.current();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "sslContextParameters of dt-stream cannot be used: " + e.getMessage(), e);
        }
        return tls::current;
    }

    public DtStreamConfiguration getConfiguration() {
        return configuration;
    }

    /** The defaults for all endpoints. */
    public void setConfiguration(DtStreamConfiguration configuration) {
        this.configuration = configuration;
    }

    public String getApiUrl() {
        return apiUrl;
    }

    public void setApiUrl(String apiUrl) {
        this.apiUrl = apiUrl;
    }

    public String getTokenUrl() {
        return tokenUrl;
    }

    public void setTokenUrl(String tokenUrl) {
        this.tokenUrl = tokenUrl;
    }

    public @Nullable String getAuth() {
        return auth;
    }

    public void setAuth(@Nullable String auth) {
        this.auth = auth;
    }

    public @Nullable String getServiceAccountKeyId() {
        return serviceAccountKeyId;
    }

    public void setServiceAccountKeyId(@Nullable String serviceAccountKeyId) {
        this.serviceAccountKeyId = serviceAccountKeyId;
    }

    public @Nullable String getServiceAccountSecret() {
        return serviceAccountSecret;
    }

    public void setServiceAccountSecret(@Nullable String serviceAccountSecret) {
        this.serviceAccountSecret = serviceAccountSecret;
    }

    public @Nullable String getSignatureSecret() {
        return signatureSecret;
    }

    public void setSignatureSecret(@Nullable String signatureSecret) {
        this.signatureSecret = signatureSecret;
    }

    public @Nullable String getServiceAccountEmail() {
        return serviceAccountEmail;
    }

    public void setServiceAccountEmail(@Nullable String serviceAccountEmail) {
        this.serviceAccountEmail = serviceAccountEmail;
    }

    public Map<String, ServiceAccount> getAccounts() {
        return accounts;
    }

    public void setAccounts(Map<String, ServiceAccount> accounts) {
        this.accounts = Map.copyOf(accounts);
    }

    public boolean isTokenAsQueryParameter() {
        return tokenAsQueryParameter;
    }

    public void setTokenAsQueryParameter(boolean tokenAsQueryParameter) {
        this.tokenAsQueryParameter = tokenAsQueryParameter;
    }

    public String getDataDirectory() {
        return dataDirectory;
    }

    public void setDataDirectory(String dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public @Nullable String getUserAgent() {
        return userAgent;
    }

    public void setUserAgent(@Nullable String userAgent) {
        this.userAgent = userAgent;
    }

    public @Nullable String getProxyUrl() {
        return proxyUrl;
    }

    public void setProxyUrl(@Nullable String proxyUrl) {
        this.proxyUrl = proxyUrl;
    }

    public @Nullable String getProxyUser() {
        return proxyUser;
    }

    public void setProxyUser(@Nullable String proxyUser) {
        this.proxyUser = proxyUser;
    }

    public @Nullable String getProxyPassword() {
        return proxyPassword;
    }

    public void setProxyPassword(@Nullable String proxyPassword) {
        this.proxyPassword = proxyPassword;
    }

    public @Nullable SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(@Nullable SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }

    public long getJournalSegmentSize() {
        return journalSegmentSize;
    }

    public void setJournalSegmentSize(long journalSegmentSize) {
        this.journalSegmentSize = journalSegmentSize;
    }

    public long getSubscriberRetention() {
        return subscriberRetention;
    }

    public void setSubscriberRetention(long subscriberRetention) {
        this.subscriberRetention = subscriberRetention;
    }

    public long getJournalRetention() {
        return journalRetention;
    }

    public void setJournalRetention(long journalRetention) {
        this.journalRetention = journalRetention;
    }

    public long getJournalMaxSize() {
        return journalMaxSize;
    }

    public void setJournalMaxSize(long journalMaxSize) {
        this.journalMaxSize = journalMaxSize;
    }

    public int getDeduplicationWindow() {
        return deduplicationWindow;
    }

    public void setDeduplicationWindow(int deduplicationWindow) {
        this.deduplicationWindow = deduplicationWindow;
    }

    public boolean isFillGaps() {
        return fillGaps;
    }

    public void setFillGaps(boolean fillGaps) {
        this.fillGaps = fillGaps;
    }

    public int getHistoryRequestsPerSecond() {
        return historyRequestsPerSecond;
    }

    public void setHistoryRequestsPerSecond(int historyRequestsPerSecond) {
        this.historyRequestsPerSecond = historyRequestsPerSecond;
    }

    public long getHistoryIndexingDelay() {
        return historyIndexingDelay;
    }

    public void setHistoryIndexingDelay(long historyIndexingDelay) {
        this.historyIndexingDelay = historyIndexingDelay;
    }

    public long getReconcileWindow() {
        return reconcileWindow;
    }

    public void setReconcileWindow(long reconcileWindow) {
        this.reconcileWindow = reconcileWindow;
    }
}
