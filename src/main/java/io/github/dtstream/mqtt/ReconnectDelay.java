package io.github.dtstream.mqtt;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to connect: doubling from the first delay to the longest, of which a random
 * half is left out so that many clients of a broker that comes back do not arrive together.
 */
final class ReconnectDelay {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;

    ReconnectDelay(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
    }

    /**
     * @param failures how many attempts have failed in a row; zero after a connection that held
     * @return between half and all of the delay; nothing at all when none has failed
     */
    Duration after(int failures) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        long ceiling = longest.toMillis();
        // 30 doublings of a millisecond are twelve days: beyond any ceiling, and the shift cannot overflow
        long full = Math.min(ceiling, first.toMillis() << Math.min(failures - 1, 30));
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }

    /** The delay when waiting is all that helps: the broker refuses this client's credentials. */
    Duration longest() {
        return longest;
    }
}
