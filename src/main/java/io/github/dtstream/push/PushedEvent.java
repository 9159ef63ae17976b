package io.github.dtstream.push;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * An event that was pushed.
 *
 * @param device the data about its device that came with it; null if there was none
 */
public record PushedEvent(Event event, @Nullable Device device) {}
