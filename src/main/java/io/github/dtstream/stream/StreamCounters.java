package io.github.dtstream.stream;

/**
 * What a stream has counted since start. Immutable.
 *
 * @param live events and pings received on the stream
 * @param history events fetched from history
 * @param pushed events that others brought, those known already included
 * @param rejected records that are no events
 * @param truncated connections that ended within a record; history has it whole
 * @param interruptions how often no connection was receiving after one had been
 * @param retries how often an attempt at a connection failed and was to be made again
 */
public record StreamCounters(
        long live, long history, long pushed, long rejected, long truncated, long interruptions, long retries) {}
