package io.github.dtstream.gap.fill;

import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/**
 * What a fill takes from the world outside.
 *
 * @param clock the cloud's time, as far as it is known
 * @param ticker measures how long ago something was, whatever the clock says
 * @param sleeper waits for the budget and between attempts
 * @param random spreads the attempts; thread-safe, as {@link java.util.Random} is
 * @param threads makes the worker, and runs it again after an Error, which nothing here catches
 * @param memory what is known of events takes from it
 */
public record FillEnvironment(
        Clock clock,
        Ticker ticker,
        Sleeper sleeper,
        RandomGenerator random,
        ThreadFactory threads,
        MemoryBudget memory) {}
