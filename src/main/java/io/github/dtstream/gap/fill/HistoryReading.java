package io.github.dtstream.gap.fill;

import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.time.Ticker;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * The objects that all readers of a stream's history share.
 *
 * @param devices the devices whose history is read; their list comes through this reader's own API
 * @param sweep reads the devices one after the other
 * @param eventTypes the event types of the stream; empty for all
 * @param clock the cloud's time, for windows of history
 * @param ticker measures when work is due
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
