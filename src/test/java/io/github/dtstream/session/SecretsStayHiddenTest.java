package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.dtstream.session.SessionState.Stopped;
import io.github.dtstream.session.SessionState.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Secret, assertion and token are visible only to the server, whatever happens. */
class SecretsStayHiddenTest {
    private static final String TOKEN = "token-1";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.dtstream");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final Level level = logger.getLevel();

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setLevel(level);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neverTellsWhatIsSecretEvenIfTheServerRepeatsIt(boolean tokenAsParameter) throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS, tokenAsParameter)) {
            fixture.session.start();
            String echo = "{\"error\":\"GET /v2?token=" + TOKEN + " failed\",\"code\":503}";
            fixture.server.next().json(503, echo);
            Waiting waiting = fixture.awaitState(Waiting.class);
            assertThat(waiting.reason().summary()).contains("token=***");
            fixture.advanceOverTheRetry(Duration.ofSeconds(1));
            fixture.server
                    .next()
                    .ok()
                    .chunk(ScriptedServer.Lines.error(13, "failed for " + TOKEN))
                    .end();
            await().until(() -> fixture.session.state() instanceof Waiting second && second.failures() == 2);
            // So young that the same token is used again.
            fixture.advanceOverTheRetry(Duration.ofSeconds(2));
            fixture.server.next().json(400, echo);
            fixture.awaitState(Stopped.class);
            assertHidden(fixture);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 503})
    void neverTellsTheSecretOfAnAccountThatIsRefused(int status) throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS)) {
            fixture.server.tokens(exchange -> exchange.json(
                    status,
                    "{\"error\":\"%s for %s\"}"
                            .formatted(
                                    SessionFixture.SECRET,
                                    fixture.server.tokenRequests().get(0))));
            fixture.session.start();
            await().until(() -> !(fixture.session.state() instanceof SessionState.Connecting));
            assertHidden(fixture);
        }
    }

    private void assertHidden(SessionFixture fixture) {
        List<String> told = new ArrayList<>();
        List<ILoggingEvent> logged;
        // as it is while a thread logs
        synchronized (appender) {
            logged = List.copyOf(appender.list);
        }
        logged.forEach(event -> told.add(event.getFormattedMessage() + " " + event.getThrowableProxy()));
        fixture.states.forEach(state -> told.add(state.toString()));
        String assertion = fixture.server.tokenRequests().get(0).replaceAll(".*assertion=", "");
        assertThat(told).isNotEmpty();
        assertThat(String.join("\n", told)).doesNotContain(SessionFixture.SECRET, TOKEN, assertion);
    }
}
