package io.github.dtstream.gap.fill;

import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.time.Ticker;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * What all that reads history for a stream works with.
 *
 * @param devices whose history is read; asked for by this reader's own API
 * @param sweep goes through them
 * @param eventTypes those that the stream is restricted to; empty for all
 * @param clock the cloud's time: what is read of history goes by it
 * @param ticker when something is done goes by it
 */
record HistoryReading(
        GapLedger ledger,
        DeviceList devices,
        Sweep sweep,
        EventLog log,
        Supplier<List<String>> eventTypes,
        FillSettings settings,
        Clock clock,
        Ticker ticker) {}
