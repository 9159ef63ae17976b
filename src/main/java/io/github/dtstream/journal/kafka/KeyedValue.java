package io.github.dtstream.journal.kafka;

import org.jspecify.annotations.Nullable;

/**
 * A record of the state topic.
 *
 * @param value null deletes the key
 */
record KeyedValue(String key, byte @Nullable [] value) {}
