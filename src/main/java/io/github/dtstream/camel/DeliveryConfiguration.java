package io.github.dtstream.camel;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/** The options of a consumer that reads a journal: its name, where it begins, and how it delivers. */
@UriParams
public class DeliveryConfiguration implements Cloneable {
    @UriParam(label = "consumer")
    private @Nullable String subscriber;

    @UriParam(label = "consumer", defaultValue = "500")
    private @Nullable Integer maxBatchSize;

    @UriParam(label = "consumer", defaultValue = "1")
    private int maxInflightExchanges = 1;

    @UriParam(label = "consumer", defaultValue = "end", enums = "end,beginning")
    private String startFrom = "end";

    @UriParam(label = "consumer,advanced", defaultValue = "200", javaType = "java.time.Duration")
    private long redeliveryDelay = 200;

    @UriParam(label = "consumer,advanced", defaultValue = "60000", javaType = "java.time.Duration")
    private long maxRedeliveryDelay = 60_000;

    @UriParam(label = "consumer,advanced", defaultValue = "3")
    private int maxDeliveryAttempts = 3;

    public @Nullable String getSubscriber() {
        return subscriber;
    }

    /**
     * The name of this route's cursor in the journal. Each route has a name of its own; a route that keeps its name
     * continues where it was. Letters, digits, hyphen and underscore; at most 64. The default is the route's id.
     */
    public void setSubscriber(@Nullable String subscriber) {
        this.subscriber = subscriber;
    }

    /** Null if it is not set. */
    public @Nullable Integer getMaxBatchSize() {
        return maxBatchSize;
    }

    /**
     * The largest number of events that are handed to the route and not yet noted as delivered: a crash can repeat
     * these. Events are delivered as soon as they are there; nothing waits to fill a batch. The default is 500 with
     * journals on disk, and 2000 with dt.journal=kafka, which takes longer to note what is delivered.
     */
    public void setMaxBatchSize(@Nullable Integer maxBatchSize) {
        this.maxBatchSize = maxBatchSize;
    }

    /** @param usual what counts if the option is not set */
    int maxBatchSize(int usual) {
        return maxBatchSize == null ? usual : maxBatchSize;
    }

    public int getMaxInflightExchanges() {
        return maxInflightExchanges;
    }

    /**
     * The largest number of exchanges for a batch at the same time, if the route delivers asynchronously. Each has at
     * most maxBatchSize divided by this number, and at least one event. Exchanges are handed to the route in order, and
     * the cursor in the journal moves in order. With 1, the body of the exchange is the whole batch.
     */
    public void setMaxInflightExchanges(int maxInflightExchanges) {
        this.maxInflightExchanges = maxInflightExchanges;
    }

    public String getStartFrom() {
        return startFrom;
    }

    /** Where a new subscriber begins: with the next event that is received, or with the oldest event of the journal. */
    public void setStartFrom(String startFrom) {
        this.startFrom = startFrom;
    }

    public long getRedeliveryDelay() {
        return redeliveryDelay;
    }

    /** The delay before a failed batch is delivered again; it doubles with each failure. */
    public void setRedeliveryDelay(long redeliveryDelay) {
        this.redeliveryDelay = redeliveryDelay;
    }

    public long getMaxRedeliveryDelay() {
        return maxRedeliveryDelay;
    }

    /** The longest delay before a failed batch is delivered again. */
    public void setMaxRedeliveryDelay(long maxRedeliveryDelay) {
        this.maxRedeliveryDelay = maxRedeliveryDelay;
    }

    public int getMaxDeliveryAttempts() {
        return maxDeliveryAttempts;
    }

    /**
     * How often an event that the route or its sink refuses because of the event itself is tried before it goes to the
     * reject file and the route continues. If a sink is unreachable or full, the route tries again without limit.
     */
    public void setMaxDeliveryAttempts(int maxDeliveryAttempts) {
        this.maxDeliveryAttempts = maxDeliveryAttempts;
    }
}
