package io.github.dtstream.simulator;

import io.github.dtstream.simulator.http.AccessTokens;
import io.github.dtstream.simulator.stream.ErrorShape;
import io.github.dtstream.simulator.stream.StreamErrors;
import io.github.dtstream.simulator.stream.StreamHub;
import io.github.dtstream.simulator.stream.StreamItem;
import io.github.dtstream.simulator.weather.Forecast;
import io.github.dtstream.simulator.weather.Sky;
import io.github.dtstream.simulator.weather.Spell;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.simulator.weather.Weather;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The faults of the simulated cloud, on request. Thread-safe by its lock. Counted faults wait for requests or events;
 * {@link #clear()} cancels the waiting ones.
 */
public final class Faults {

    /** How a stream ends without an error. */
    public enum StreamEnd {
        /** The body ends properly. */
        END_OF_BODY,
        /** Half a record, then the body's end. */
        HALF_RECORD,
        /** The connection closes in the middle of the chunked body. */
        CUT,
        /** Half a record, then the connection closes. */
        HALF_RECORD_CUT
    }

    /**
     * An answer that replaces the real one.
     *
     * @param retryAfter the {@code Retry-After} header, in seconds or as a date; null for none
     */
    record Answer(int status, @Nullable String retryAfter) {}

    /**
     * The treatment of an event.
     *
     * @param age how old its timestamp is
     */
    record Treatment(boolean duplicated, boolean historyOnly, Duration age) {
        static final Treatment NONE = new Treatment(false, false, Duration.ZERO);
    }

    /** A fault that happens a number of times. */
    private static final class Countdown<T> {
        private final T what;
        private int times;

        Countdown(T what, int times) {
            this.what = what;
            this.times = times;
        }
    }

    private static final byte[] HALF_RECORD =
            "{\"result\":{\"event\":{\"eventId\":\"c82gg9catj3vmh42".getBytes(StandardCharsets.UTF_8);

    private final Clock clock;
    private final StreamHub streams;
    private final AccessTokens tokens;
    private final Sky sky = new Sky();

    private final Map<Target, Deque<Countdown<Answer>>> answers = new EnumMap<>(Target.class);
    private final Map<Target, Deque<Countdown<Duration>>> delays = new EnumMap<>(Target.class);
    private int shortLists;
    private int mostListed;
    private int duplicates;
    private int historyOnly;
    private int late;
    private Duration lateBy = Duration.ZERO;
    private Duration indexingDelay = Duration.ZERO;
    private Duration skew = Duration.ZERO;

    Faults(Clock clock, StreamHub streams, AccessTokens tokens) {
        this.clock = clock;
        this.streams = streams;
        this.tokens = tokens;
    }

    /** The next requests of a kind are answered with a status. */
    public void respond(Target target, int times, int status) {
        respond(target, times, status, null);
    }

    /**
     * The next requests of a kind are answered with a status.
     *
     * @param retryAfter the value of {@code Retry-After}: seconds, or an HTTP date; null for none
     */
    public synchronized void respond(Target target, int times, int status, @Nullable String retryAfter) {
        if (times < 1 || status < 200 || status > 599) {
            throw new IllegalArgumentException(times + " times status " + status + " is no fault");
        }
        answers.computeIfAbsent(target, t -> new ArrayDeque<>())
                .add(new Countdown<>(new Answer(status, retryAfter), times));
    }

    /** The next requests of a kind are answered only after a delay. */
    public synchronized void slow(Target target, int times, Duration delay) {
        delays.computeIfAbsent(target, t -> new ArrayDeque<>()).add(new Countdown<>(delay, times));
    }

    /** Requests meet a weather, from the next one on. Open streams do not: end them. */
    public void weather(Spell spell) {
        sky.add(spell, clock.instant());
    }

    /**
     * The weather changes by itself for a time, determined by a seed: up to ten seconds of bad weather, then up to
     * twenty of good, independently for each part of the API. An open stream is cut when bad weather begins, and also
     * now.
     */
    public void changingWeather(long seed, Duration time) {
        sky.expect(Forecast.of(seed, clock.instant(), time));
        endStreams(StreamEnd.CUT);
    }

    /** The next pages of the device list have at most so many devices, and no token of a next page. */
    public synchronized void shortenLists(int times, int devices) {
        shortLists = times;
        mostListed = devices;
    }

    /** All open streams end with an error; streams that have sent nothing yet answer with a status instead. */
    public void streamError(ErrorShape shape, int code, String message) {
        streams.offerAll(new StreamItem.End(StreamErrors.of(shape, code, message), true, false));
    }

    /** All open streams end without an error. */
    public void endStreams(StreamEnd how) {
        boolean half = how == StreamEnd.HALF_RECORD || how == StreamEnd.HALF_RECORD_CUT;
        boolean cut = how == StreamEnd.CUT || how == StreamEnd.HALF_RECORD_CUT;
        streams.offerAll(new StreamItem.End(half ? HALF_RECORD : new byte[0], false, cut));
    }

    /**
     * All streams stay open and send nothing for a time, not even pings; the events of that time are sent afterwards.
     */
    public void silence(Duration time) {
        streams.silenceUntil(clock.instant().plus(time));
    }

    /** The next events are sent twice on the stream. */
    public synchronized void duplicate(int events) {
        duplicates += events;
    }

    /** The next events are not sent on the stream; the history has them. */
    public synchronized void historyOnly(int events) {
        historyOnly += events;
    }

    /** The next events have timestamps in the past, by this age. */
    public synchronized void late(int events, Duration age) {
        late += events;
        lateBy = age;
    }

    /** From now on, events appear in the history later by this time. */
    public synchronized void slowIndex(Duration more) {
        indexingDelay = more;
    }

    /**
     * The cloud's clock, by which the token endpoint checks assertions, is ahead by this time; negative for behind.
     */
    public synchronized void clockSkew(Duration ahead) {
        skew = ahead;
    }

    /** Sends a record that is not a valid event on all open streams. */
    public void rawRecord(String record) {
        streams.offerAll(new StreamItem.Raw(record.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends a record of this length on all open streams: well-formed, but long. */
    public void oversizeRecord(int bytes) {
        rawRecord("{\"result\":{\"event\":{\"eventId\":\"c82gg9catj3vmh4248og\",\"padding\":\""
                + "x".repeat(Math.max(1, bytes - 68)) + "\"}}}");
    }

    /** Sends an event on all open streams whose identifiers would be dangerous in a path or a topic. */
    public void illegalIdentifiers() {
        rawRecord("{\"result\":{\"event\":{\"eventId\":\"../../etc/passwd\",\"targetName\":"
                + "\"projects/#/devices/+${bean:exit}\",\"eventType\":\"touch\",\"data\":{\"touch\":{\"updateTime\":"
                + "\"2022-02-10T12:42:13.313949Z\"}},\"timestamp\":\"2022-02-10T12:42:13.313949Z\"}}}");
    }

    /** All access tokens become invalid; streams opened with one end with an error. */
    public void revokeTokens() {
        tokens.revokeAll();
        streams.offerAll(new StreamItem.End(StreamErrors.of(ErrorShape.A, 401, "unauthorized"), true, false));
    }

    /** Cancels every waiting fault, ends silence and weather, and corrects the clocks. */
    public synchronized void clear() {
        answers.clear();
        delays.clear();
        shortLists = 0;
        duplicates = 0;
        historyOnly = 0;
        late = 0;
        skew = Duration.ZERO;
        indexingDelay = Duration.ZERO;
        streams.silenceUntil(Instant.MIN);
        sky.clear();
    }

    Optional<Weather> nextWeather(Target target, List<String> path) {
        return sky.next(target, path, clock.instant());
    }

    /** When the next bad weather for streams begins by the forecast. */
    Optional<Instant> nextStorm() {
        return sky.nextBegin(Target.STREAM, clock.instant());
    }

    synchronized Optional<Answer> nextAnswer(Target target) {
        return next(answers.get(target));
    }

    synchronized Duration nextDelay(Target target) {
        return next(delays.get(target)).orElse(Duration.ZERO);
    }

    private static <T> Optional<T> next(@Nullable Deque<Countdown<T>> waiting) {
        if (waiting == null || waiting.isEmpty()) {
            return Optional.empty();
        }
        Countdown<T> first = waiting.getFirst();
        if (--first.times == 0) {
            waiting.removeFirst();
        }
        return Optional.of(first.what);
    }

    synchronized Treatment nextTreatment() {
        if (duplicates == 0 && historyOnly == 0 && late == 0) {
            return Treatment.NONE;
        }
        if (historyOnly > 0) {
            historyOnly--;
            return new Treatment(false, true, Duration.ZERO);
        }
        boolean twice = duplicates > 0 && duplicates-- > 0;
        Duration age = late > 0 && late-- > 0 ? lateBy : Duration.ZERO;
        return new Treatment(twice, false, age);
    }

    /** How many devices the requested page may have. */
    synchronized int nextListLength() {
        return shortLists > 0 && shortLists-- > 0 ? mostListed : Integer.MAX_VALUE;
    }

    synchronized Duration addedIndexingDelay() {
        return indexingDelay;
    }

    /** The time by the cloud's clock. */
    synchronized Instant cloudTime() {
        return clock.instant().plus(skew);
    }
}
