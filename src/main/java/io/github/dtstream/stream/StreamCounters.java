package io.github.dtstream.stream;

/**
 * The counters of a stream since start. Immutable.
 *
 * @param live events and pings received on the stream
 * @param history events fetched from history
 * @param pushed pushed events, known ones included
 * @param rejected records that were not valid events
 * @param truncated connections that ended within a record; history has the record
 * @param interruptions how often no connection received any more
 * @param retries how often an attempt to connect failed and was to be repeated
 */
public record StreamCounters(
        long live, long history, long pushed, long rejected, long truncated, long interruptions, long retries) {}
