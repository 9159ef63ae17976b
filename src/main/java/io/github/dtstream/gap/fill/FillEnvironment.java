package io.github.dtstream.gap.fill;

import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/**
 * The environment of a fill.
 *
 * @param clock the cloud's time, as far as it is known
 * @param ticker measures elapsed time, independent of the clock
 * @param sleeper waits for the budget and between attempts
 * @param random spreads the attempts in time; thread-safe, as {@link java.util.Random} is
 * @param threads makes the worker, and restarts it after an {@link Error}, which nothing here catches
 * @param memory the budget for known identifiers
 */
public record FillEnvironment(
        Clock clock,
        Ticker ticker,
        Sleeper sleeper,
        RandomGenerator random,
        ThreadFactory threads,
        MemoryBudget memory) {}
