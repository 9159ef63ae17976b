package io.github.dtstream.simulator.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The valid access tokens. Thread-safe by its lock. */
public final class AccessTokens {
    private final Clock clock;
    private final RandomGenerator random;
    private final Duration life;
    private final Map<String, Instant> expiries = new HashMap<>();
    private long issued;

    public AccessTokens(Clock clock, RandomGenerator random, Duration life) {
        this.clock = clock;
        this.random = random;
        this.life = life;
    }

    public Duration life() {
        return life;
    }

    public synchronized String issue() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        String token = HexFormat.of().formatHex(bytes);
        Instant now = clock.instant();
        expiries.values().removeIf(expiry -> !expiry.isAfter(now));
        expiries.put(token, now.plus(life));
        issued++;
        return token;
    }

    public synchronized boolean isGood(String token) {
        Instant expiry = expiries.get(token);
        return expiry != null && expiry.isAfter(clock.instant());
    }

    public synchronized void revokeAll() {
        expiries.clear();
    }

    public synchronized long issued() {
        return issued;
    }
}
