package io.github.dtstream.simulator.weather;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A disturbance between a client and the cloud, at any time and for a while: another server answers in the cloud's
 * place, or the cloud's answer is changed.
 */
public enum Weather {
    /** 302, with {@code Location}. */
    REDIRECT(ForeignAnswer.page(302, "Found").with("Location", "http://sign-in.example/?from=api")),
    /** 200 with a web page of 80 lines, as of a captive portal. */
    SIGN_IN_PAGE(ForeignAnswer.longPage(200, "Sign in to the network")),
    /** The same page with the media type of JSON. */
    PAGE_AS_JSON(ForeignAnswer.longPage(200, "Sign in to the network").saidToBeJson()),
    /** 200 without a body. */
    EMPTY(ForeignAnswer.empty(200)),
    /** 200 with JSON that is not the API's. */
    FOREIGN_JSON(ForeignAnswer.json(200, "{\"status\":\"UP\",\"service\":\"gateway\"}\n")),
    /** 400 with a web page. */
    BAD_REQUEST_PAGE(ForeignAnswer.page(400, "400 Bad Request")),
    /** 403 with a web page. */
    FORBIDDEN_PAGE(ForeignAnswer.page(403, "Access denied")),
    /** 403 with a gateway's JSON. */
    FORBIDDEN_BY_GATEWAY(ForeignAnswer.json(403, "{\"message\":\"Forbidden\"}")),
    /** 404 with a web page. */
    NOT_FOUND_PAGE(ForeignAnswer.page(404, "404 Not Found")),
    /** 404 without a body. */
    NOT_FOUND_EMPTY(ForeignAnswer.empty(404)),
    /** 404 with the JSON of an application that is not the API, and also has {@code error}. */
    NOT_FOUND_BY_GATEWAY(ForeignAnswer.json(
            404,
            "{\"timestamp\":\"2026-01-01T00:00:00.000+00:00\",\"status\":404,\"error\":\"Not Found\",\"path\":\"/\"}")),
    /** 407: a proxy demands authentication. */
    PROXY_SIGN_IN(ForeignAnswer.page(407, "Proxy authentication required")
            .with("Proxy-Authenticate", "Basic realm=\"corporate proxy\"")),
    /** 451. */
    LEGAL_BLOCK(ForeignAnswer.page(451, "Unavailable for legal reasons")),
    /** 502 with a web page and {@code Retry-After}. */
    BAD_GATEWAY(ForeignAnswer.page(502, "502 Bad Gateway").with("Retry-After", "1")),
    /** 503 with a web page and {@code Retry-After}. */
    UNAVAILABLE(ForeignAnswer.page(503, "Down for maintenance").with("Retry-After", "1")),

    /** The cloud's answer, compressed. */
    GZIP(null, Distortion.GZIP),
    /** The cloud's answer after a byte-order mark. */
    BYTE_ORDER_MARK(null, Distortion.BYTE_ORDER_MARK),
    /** The stream in blocks of 64 KiB, however long a block takes. */
    BUFFERING(Target.STREAM, Distortion.BUFFERING),

    /** The stream is accepted, and nothing is sent. */
    BLACK_HOLE(Fading.INTO_NOTHING),
    /** The stream ends after one ping. */
    ONE_PING(Fading.INTO_THE_END),
    /** After three pings, the stream carries blank lines only. */
    BLANK_LINES(Fading.INTO_BLANK_LINES),
    /** After three pings, the stream carries lines that begin with a colon. */
    COMMENTS(Fading.INTO_COMMENTS),
    /** After three pings, the stream carries only <code>{}</code>. */
    EMPTY_OBJECTS(Fading.INTO_EMPTY_OBJECTS),
    /** After three pings, the stream carries a growing line without an end. */
    HALF_LINES(Fading.INTO_HALF_LINES),

    /** The device list is empty. */
    NO_DEVICES(Target.DEVICES),
    /** The device list has half of the devices, and claims to be complete. */
    FEW_DEVICES(Target.DEVICES),
    /** The cloud itself answers 404 for a device that is in the list. */
    DEVICE_NOT_FOUND(Target.HISTORY);

    /** Null for any part of the API except the emulator. */
    private final @Nullable Target only;

    private final @Nullable ForeignAnswer answer;
    private final @Nullable Distortion distortion;
    private final @Nullable Fading fading;

    Weather(
            @Nullable Target only,
            @Nullable ForeignAnswer answer,
            @Nullable Distortion distortion,
            @Nullable Fading fading) {
        this.only = only;
        this.answer = answer;
        this.distortion = distortion;
        this.fading = fading;
    }

    Weather(ForeignAnswer answer) {
        this(null, answer, null, null);
    }

    Weather(@Nullable Target only, Distortion distortion) {
        this(only, null, distortion, null);
    }

    Weather(Fading fading) {
        this(Target.STREAM, null, null, fading);
    }

    Weather(Target only) {
        this(only, null, null, null);
    }

    /** Whether requests of a kind can meet it. */
    public boolean canHit(Target target) {
        return only == null ? target != Target.EMULATOR : only == target;
    }

    /** The weathers that requests of a kind can meet. */
    public static List<Weather> of(Target target) {
        return Arrays.stream(values()).filter(weather -> weather.canHit(target)).toList();
    }

    /** The answer in the cloud's place. */
    public Optional<ForeignAnswer> answer() {
        return Optional.ofNullable(answer);
    }

    public Optional<Distortion> distortion() {
        return Optional.ofNullable(distortion);
    }

    public Optional<Fading> fading() {
        return Optional.ofNullable(fading);
    }
}
