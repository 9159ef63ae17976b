package io.github.dtstream.camel.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.ExchangeHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchMessageTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Exchange exchange = new DefaultExchange(context);
    private final Message batch = new BatchMessage(context, "p1", "2026-05-29");

    BatchMessageTest() {
        batch.setBody(List.of("a", "b"));
        exchange.setIn(batch);
    }

    @AfterEach
    void close() throws Exception {
        context.close();
    }

    private static void assertHasItsHeaders(Message message) {
        assertThat(message.hasHeaders()).isTrue();
        assertThat(message.getHeaders())
                .containsOnlyKeys(DtStreamConstants.PROJECT_ID, DtStreamConstants.RECEIVED_DATE)
                .containsEntry(DtStreamConstants.PROJECT_ID, "p1")
                .containsEntry(DtStreamConstants.RECEIVED_DATE, "2026-05-29");
        assertThat(message.getHeader(DtStreamConstants.PROJECT_ID, String.class))
                .isEqualTo("p1");
    }

    @Test
    void itsCopiesAndTheirCopiesHaveItsHeadersAndItsBody() {
        Exchange copy = ExchangeHelper.createCorrelatedCopy(exchange, false);
        Exchange copyOfCopy = ExchangeHelper.createCorrelatedCopy(copy, false);

        assertHasItsHeaders(copyOfCopy.getIn());
        assertHasItsHeaders(copy.getIn());
        assertHasItsHeaders(exchange.getIn());
        assertThat(copyOfCopy.getIn().getBody()).isEqualTo(List.of("a", "b"));
        assertThat(copyOfCopy.getIn().getExchange()).isSameAs(copyOfCopy);
    }

    @Test
    void copiesOfOneThatWasChangedHaveWhatItHas() {
        batch.setHeader("own", 1);
        batch.removeHeader(DtStreamConstants.RECEIVED_DATE);

        Exchange copy = ExchangeHelper.createCorrelatedCopy(exchange, false);

        assertThat(copy.getIn().getHeaders()).containsOnlyKeys(DtStreamConstants.PROJECT_ID, "own");
    }

    @Test
    void aCopyThatIsChangedChangesNothingElse() {
        Exchange copy = ExchangeHelper.createCorrelatedCopy(exchange, false);
        copy.getIn().setHeader(DtStreamConstants.PROJECT_ID, "other");

        assertHasItsHeaders(exchange.getIn());
        assertThat(copy.getIn().getHeader(DtStreamConstants.RECEIVED_DATE)).isEqualTo("2026-05-29");
    }

    @Test
    void headersThatWereRemovedDoNotComeBackInACopy() {
        batch.removeHeaders("*");

        assertThat(ExchangeHelper.createCorrelatedCopy(exchange, false).getIn().hasHeaders())
                .isFalse();
    }
}
