package io.github.dtstream.management;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.fill.HistoryFill;
import io.github.dtstream.gap.fill.Polling;
import io.github.dtstream.stream.EventStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A gap as {@code /gaps} shows it. Immutable.
 *
 * @param unread devices whose history is still to be read
 * @param gone devices that have left the project
 * @param polling a sentence about the polling of history while the stream is blocked; left out if there is none
 * @param waitsBecause why the fill pauses until {@code waitsUntil}; left out if it does not pause
 */
@JsonInclude(Include.NON_EMPTY)
record GapEntry(
        long id,
        Instant from,
        String state,
        String reason,
        int percent,
        long eventsFound,
        long eventsNew,
        @Nullable String unfillable,
        @Nullable Instant to,
        @Nullable Instant ended,
        List<String> unread,
        List<String> unreadBecause,
        List<String> gone,
        @Nullable String polling,
        @Nullable String waitsBecause,
        @Nullable Instant waitsUntil) {

    static GapEntry of(EventStream stream, Gap gap) {
        Optional<HistoryFill.Pause> pause = stream.fillPause(gap).filter(one -> one.failures() > 0);
        Optional<Polling> polling = stream.polling().filter(one -> one.gapId() == gap.id());
        return new GapEntry(
                gap.id(),
                gap.from(),
                gap.state().label(),
                gap.reason(),
                gap.progress().percent(),
                gap.progress().eventsFound(),
                gap.progress().eventsNew(),
                gap.unfillable(),
                gap.to(),
                gap.ended(),
                gap.progress().unread(),
                gap.progress().reasons(),
                gap.progress().gone(),
                polling.map(Polling::sentence).orElse(null),
                pause.map(HistoryFill.Pause::why).orElse(null),
                pause.map(HistoryFill.Pause::until).orElse(null));
    }
}
