package io.github.dtstream.gap;

import io.github.dtstream.time.Sleeper;
import java.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/**
 * What a fill takes from the world outside.
 *
 * @param clock the time of day
 * @param sleeper waits for the budget and between attempts
 * @param random spreads the attempts; thread-safe, as {@link java.util.Random} is
 * @param threads makes the worker
 */
public record Surroundings(Clock clock, Sleeper sleeper, RandomGenerator random, ThreadFactory threads) {}
