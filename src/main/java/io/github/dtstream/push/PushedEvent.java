package io.github.dtstream.push;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * An event that somebody brought.
 *
 * @param device what came with it of its device; null if nothing did
 */
public record PushedEvent(Event event, @Nullable Device device) {}
