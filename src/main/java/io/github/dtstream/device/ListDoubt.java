package io.github.dtstream.device;

import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a device list is credible. A list that is empty, or lacks more than one in ten of the known devices,
 * may be incomplete, or another server's answer. It is accepted only after the cloud has given the same list repeatedly
 * for some minutes, and then this is logged. Not thread-safe.
 */
public final class ListDoubt {
    static final Duration BELIEVED_AFTER = Duration.ofMinutes(4);
    static final int BELIEVED_ANSWERS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(ListDoubt.class);
    private static final int NAMED = 10;

    private final String projectId;
    private final Ticker ticker;
    private Set<String> believedAbsent = Set.of();
    private boolean emptyBelieved;
    private Set<String> doubted = Set.of();
    private @Nullable Long sinceNanos;
    private int answers;

    /**
     * @param projectId the project, for messages
     * @param ticker measures how long the cloud has given the same list
     */
    public ListDoubt(String projectId, Ticker ticker) {
        this.projectId = projectId;
        this.ticker = ticker;
    }

    /**
     * Judges a list.
     *
     * @param listed the devices in the list
     * @param known known devices that should be in the list
     * @return one sentence why the list is doubted; empty if it is not
     */
    public Optional<String> judge(Set<String> listed, Set<String> known) {
        Set<String> absent = new LinkedHashSet<>(known);
        absent.removeAll(listed);
        if (!isDoubtful(listed, absent, known.size())) {
            believe(listed, absent);
            return Optional.empty();
        }
        Long begin = sinceNanos;
        if (begin == null || !listed.equals(doubted)) {
            doubted = Set.copyOf(listed);
            sinceNanos = ticker.nanos();
            answers = 1;
            return Optional.of(sentence(listed, absent));
        }
        answers++;
        Duration lasted = Duration.ofNanos(ticker.nanos() - begin);
        if (answers < BELIEVED_ANSWERS || lasted.compareTo(BELIEVED_AFTER) < 0) {
            return Optional.of(sentence(listed, absent));
        }
        LOG.warn(
                "The cloud has listed {} for {} now, which is believed: {}",
                count(listed),
                ReadableDuration.of(lasted),
                absent.isEmpty() ? "project " + projectId + " or the stream's filter has none" : missing(absent));
        believe(listed, absent);
        return Optional.empty();
    }

    private boolean isDoubtful(Set<String> listed, Set<String> absent, int known) {
        long newlyAbsent =
                absent.stream().filter(id -> !believedAbsent.contains(id)).count();
        if (listed.isEmpty()) {
            return newlyAbsent > 0 || !emptyBelieved;
        }
        return newlyAbsent > Math.max(1, known / 10);
    }

    private void believe(Set<String> listed, Set<String> absent) {
        believedAbsent = Set.copyOf(absent);
        emptyBelieved = listed.isEmpty();
        doubted = Set.of();
        sinceNanos = null;
        answers = 0;
    }

    private String sentence(Set<String> listed, Set<String> absent) {
        return "the cloud lists " + count(listed) + " of project " + projectId
                + (absent.isEmpty() ? "" : ", and " + missing(absent))
                + "; that is believed only when it has answered so for some minutes";
    }

    private static String count(Set<String> listed) {
        return listed.size() == 1 ? "1 device" : (listed.isEmpty() ? "no" : listed.size()) + " devices";
    }

    private static String missing(Set<String> absent) {
        List<String> first = absent.stream().limit(NAMED).collect(Collectors.toList());
        return absent.size() + " that are known are missing: " + String.join(", ", first)
                + (absent.size() > NAMED ? ", …" : "");
    }
}
