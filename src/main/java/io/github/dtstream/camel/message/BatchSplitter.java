package io.github.dtstream.camel.message;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.processor.Splitter;
import org.apache.camel.spi.ReactiveExecutor;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/**
 * Camel's split, with less work for each part of a batch. Camel makes the exchanges of all parts before it sends the
 * first, so each has left the processor's caches when its turn comes; and it passes each through a queue that puts
 * parallel results in order. This class makes an exchange when its turn comes, and does without the queue. A part sees
 * the same exchange, error handler, unit of work and properties, and parts are aggregated by the same code.
 *
 * <p>It does so only for {@code split: simple "${body}"} of a {@link BatchMessage}, one part after the other. Camel's
 * own code splits everything else. Thread-safe.
 */
final class BatchSplitter extends Splitter {
    private final Processor steps;
    private final ReactiveExecutor executor;

    /** @param camels a split for which {@link #canReplace} is true */
    BatchSplitter(Route route, Splitter camels) {
        this(route, camels, camels.getProcessors().iterator().next());
    }

    private BatchSplitter(Route route, Splitter camels, Processor steps) {
        super(
                route.getCamelContext(),
                route,
                camels.getExpression(),
                steps,
                camels.getAggregationStrategy(),
                false,
                null,
                false,
                false,
                false,
                0,
                null,
                camels.isShareUnitOfWork(),
                false);
        this.steps = steps;
        this.executor = route.getCamelContext().getCamelContextExtension().getReactiveExecutor();
        setDisabled(camels.isDisabled());
    }

    /** Whether a split sends the parts of the whole body one after the other, and has no option that changes that. */
    @SuppressWarnings("deprecation") // as long as Camel has parallelAggregate, a route may use it
    static boolean canReplace(Splitter camels, SplitDefinition definition) {
        return isWholeBody(definition.getExpression())
                && definition.getDelimiter() == null
                && definition.getOnPrepare() == null
                && definition.getOnPrepareProcessor() == null
                && !camels.isParallelProcessing()
                && !camels.isParallelAggregate()
                && !camels.isStreaming()
                && !camels.isStopOnException()
                && !camels.isSynchronous();
    }

    private static boolean isWholeBody(@Nullable ExpressionDefinition expression) {
        return expression instanceof SimpleExpression simple
                && simple.getResultTypeName() == null
                && simple.getResultType() == null
                && "${body}".equals(simple.getExpression());
    }

    @Override
    protected boolean doProcess(Exchange exchange, AsyncCallback callback) {
        Object[] parts = partsOf(exchange);
        if (parts.length == 0) {
            return super.doProcess(exchange, callback);
        }
        executor.scheduleMain(new Parts(exchange, parts, callback));
        return false;
    }

    /** The parts of a batch; none if Camel's own code must split the exchange. */
    private Object[] partsOf(Exchange exchange) {
        boolean isOfBatch = exchange.getIn() instanceof BatchMessage
                && exchange.getException() == null
                && !exchange.isTransacted()
                && !processorExchangeFactory.isPooled();
        Object body = isOfBatch ? getExpression().evaluate(exchange, Object.class) : null;
        // A copy, as a step may change the list. All parts are those of before, as they are with Camel.
        Object[] parts = body instanceof List<?> list ? list.toArray() : new Object[0];
        for (Object part : parts) {
            if (!(part instanceof Message)) {
                return new Object[0];
            }
        }
        return parts;
    }

    /** Sends the parts of one batch: a part is sent when the one before has ended, by the thread that ended it. */
    private final class Parts implements Runnable {
        private final Exchange batch;
        private final Object[] messages;
        private final AsyncCallback callback;
        private final AsyncCallback partEnded = sync -> ended();
        /** What each part's exchange is a copy of, so that a part does not see what steps do to the batch's exchange. */
        private final Exchange model;

        private final Integer size;
        private final AtomicReference<Exchange> result = new AtomicReference<>();
        private @Nullable AsyncProcessor sender;
        private @Nullable Exchange part;
        private int sent;
        private boolean over;

        Parts(Exchange batch, Object[] messages, AsyncCallback callback) {
            this.batch = batch;
            this.messages = messages;
            this.callback = callback;
            size = messages.length;
            model = processorExchangeFactory.createCopy(batch);
            model.setExchangeId(batch.getExchangeId());
            if (getCamelContext().isMessageHistory()) {
                model.removeProperty(ExchangePropertyKey.MESSAGE_HISTORY);
            }
        }

        /** Sends the next part. */
        @Override
        public void run() {
            if (over) {
                return;
            }
            try {
                int index = sent;
                Exchange next = exchangeOf((Message) messages[index], index);
                if (sender == null) {
                    // With the error handler and the unit of work that the split gives to every part.
                    sender = AsyncProcessorConverterHelper.convert(
                            createProcessorExchangePair(index, steps, next, ExchangeHelper.getRoute(batch))
                                    .getProcessor());
                }
                part = next;
                sent++;
                sender.process(next, partEnded);
            } catch (Exception e) {
                fail(e);
            }
        }

        private Exchange exchangeOf(Message message, int index) {
            Exchange next = processorExchangeFactory.createCorrelatedCopy(model, false);
            if (next.getProperty(ExchangePropertyKey.STREAM_CACHE_UNIT_OF_WORK) == null) {
                next.setProperty(ExchangePropertyKey.STREAM_CACHE_UNIT_OF_WORK, batch.getUnitOfWork());
            }
            if (isShareUnitOfWork()) {
                prepareSharedUnitOfWork(next, model);
            }
            next.setIn(message);
            next.setProperty(ExchangePropertyKey.SPLIT_INDEX, index);
            next.setProperty(ExchangePropertyKey.SPLIT_SIZE, size);
            next.setProperty(ExchangePropertyKey.SPLIT_COMPLETE, index + 1 == messages.length);
            return next;
        }

        private void ended() {
            if (over) {
                return;
            }
            try {
                doAggregate(result, part, batch);
                if (sent == messages.length) {
                    end(result.get(), true);
                    return;
                }
            } catch (Exception e) {
                fail(e);
                return;
            }
            // Camel's queue, so that the stack does not grow with the parts.
            executor.schedule(this);
        }

        private void fail(Exception failure) {
            batch.setException(failure);
            end(null, false);
        }

        private void end(@Nullable Exchange aggregated, boolean isExhausted) {
            over = true;
            doDone(batch, aggregated, null, callback, false, isExhausted);
        }
    }
}
