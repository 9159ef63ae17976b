package io.github.dtstream.web.access;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slows down clients that guess passwords: after the first few failures of an address each further failure doubles the
 * wait, up to a minute. It remembers a bounded number of addresses, those with the newest failures. Thread-safe.
 */
final class FailedAttempts {
    private static final int FREE = 5;
    private static final int NETWORK_BYTES = 8;
    private static final int ADDRESSES = 1_024;
    private static final long LONGEST_SECONDS = 60;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

    private final LongSupplier nanoTime;
    /** Guarded by this; the address that failed last is at the end. */
    private final Map<String, Failures> addresses = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > ADDRESSES;
        }
    };

    private record Failures(int count, long last) {}

    FailedAttempts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** How many seconds an address must wait before it may try again; 0 if it may. */
    synchronized long waitSeconds(String address) {
        Failures failures = addresses.get(key(address));
        if (failures == null || failures.count() < FREE) {
            return 0;
        }
        long pause = Math.min(LONGEST_SECONDS, 1L << Math.min(failures.count() - FREE, 10));
        long left = Duration.ofSeconds(pause).toNanos() - (nanoTime.getAsLong() - failures.last());
        return left <= 0 ? 0 : (left + 999_999_999L) / 1_000_000_000L;
    }

    synchronized void failed(String address) {
        long now = nanoTime.getAsLong();
        addresses.compute(
                key(address),
                (any, before) -> before == null || now - before.last() > FORGOTTEN_AFTER.toNanos()
                        ? new Failures(1, now)
                        : new Failures(before.count() + 1, now));
    }

    synchronized void succeeded(String address) {
        addresses.remove(key(address));
    }

    /**
     * The address. For IPv6 it is the network of 64 bits, in one spelling, because a client with one address there has
     * all of them.
     */
    private static String key(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || bytes.length < 16) {
            return address;
        }
        try {
            InetAddress known = InetAddress.getByAddress(bytes);
            return known instanceof Inet4Address
                    ? known.getHostAddress()
                    : HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 16 bytes", e);
        }
    }
}
