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
 * What goes wrong in the simulated cloud, on request. Thread-safe by its lock. Counted faults wait until there is a
 * request or an event for them; {@link #clear()} forgets those that still wait.
 */
public final class Faults {

    /** How a stream ends without saying why. */
    public enum StreamEnd {
        /** The body ends as it should. */
        END_OF_BODY,
        /** Half a record, then the body's end. */
        HALF_RECORD,
        /** The connection closes in the middle of the chunked body. */
        CUT,
        /** Half a record, then the connection closes. */
        HALF_RECORD_CUT
    }

    /**
     * An answer in place of the real one.
     *
     * @param retryAfter the {@code Retry-After} header, in seconds or as a date; null for none
     */
    record Answer(int status, @Nullable String retryAfter) {}

    /**
     * What is to be done with an event.
     *
     * @param age how much older than now its timestamp is
     */
    record Treatment(boolean duplicated, boolean historyOnly, Duration age) {
        static final Treatment NONE = new Treatment(false, false, Duration.ZERO);
    }

    /** Times that a fault is still to happen. */
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

    /** The next requests of a kind wait that long for their answer. */
    public synchronized void slow(Target target, int times, Duration delay) {
        delays.computeIfAbsent(target, t -> new ArrayDeque<>()).add(new Countdown<>(delay, times));
    }

    /** Requests meet a weather, from the next one on. Streams that are open do not: end them. */
    public void weather(Spell spell) {
        sky.add(spell, clock.instant());
    }

    /**
     * Weather comes and goes by itself for a time, as a seed has it: up to ten seconds of it, then up to twenty without, at
     * each part of the API for itself. A stream that is open is cut when one comes, as it is now.
     */
    public void changingWeather(long seed, Duration time) {
        sky.expect(Forecast.of(seed, clock.instant(), time));
        endStreams(StreamEnd.CUT);
    }

    /** The next pages of the device list have that many devices at most, and name no page after them. */
    public synchronized void shortenLists(int times, int devices) {
        shortLists = times;
        mostListed = devices;
    }

    /** All open streams end with an error; those that have sent nothing yet answer with a status instead. */
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
     * All streams stay open and send nothing, no ping either, for a time; what happens meanwhile is sent afterwards.
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

    /** The next events have timestamps that much in the past. */
    public synchronized void late(int events, Duration age) {
        late += events;
        lateBy = age;
    }

    /** From now on, events take that much longer into the history. */
    public synchronized void slowIndex(Duration more) {
        indexingDelay = more;
    }

    /**
     * The cloud's clock, as the token endpoint checks assertions by it, runs ahead by that much; negative for behind.
     */
    public synchronized void clockSkew(Duration ahead) {
        skew = ahead;
    }

    /** Something that is no event is sent on all open streams. */
    public void rawRecord(String record) {
        streams.offerAll(new StreamItem.Raw(record.getBytes(StandardCharsets.UTF_8)));
    }

    /** A record of that many bytes is sent on all open streams: well-formed, but long. */
    public void oversizeRecord(int bytes) {
        rawRecord("{\"result\":{\"event\":{\"eventId\":\"c82gg9catj3vmh4248og\",\"padding\":\""
                + "x".repeat(Math.max(1, bytes - 68)) + "\"}}}");
    }

    /** An event whose identifiers would be dangerous in a path or a topic is sent on all open streams. */
    public void illegalIdentifiers() {
        rawRecord("{\"result\":{\"event\":{\"eventId\":\"../../etc/passwd\",\"targetName\":"
                + "\"projects/#/devices/+${bean:exit}\",\"eventType\":\"touch\",\"data\":{\"touch\":{\"updateTime\":"
                + "\"2022-02-10T12:42:13.313949Z\"}},\"timestamp\":\"2022-02-10T12:42:13.313949Z\"}}}");
    }

    /** No access token issued so far is good any longer; streams opened with one end with an error. */
    public void revokeTokens() {
        tokens.revokeAll();
        streams.offerAll(new StreamItem.End(StreamErrors.of(ErrorShape.A, 401, "unauthorized"), true, false));
    }

    /** Forgets every fault that waits, ends silence and weather, and sets the clocks right. */
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

    /** When the weather next turns bad for streams by itself. */
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

    /** How many devices the page may have that is asked for now. */
    synchronized int nextListLength() {
        return shortLists > 0 && shortLists-- > 0 ? mostListed : Integer.MAX_VALUE;
    }

    synchronized Duration addedIndexingDelay() {
        return indexingDelay;
    }

    /** What the cloud believes the time is. */
    synchronized Instant cloudTime() {
        return clock.instant().plus(skew);
    }
}
