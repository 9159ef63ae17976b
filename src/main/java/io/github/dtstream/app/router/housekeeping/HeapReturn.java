package io.github.dtstream.app.router.housekeeping;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the collector G1 give memory back to the system after a burst. G1 checks for free memory only when it collects,
 * and a stream of one event a second causes no collection for hours. If the heap's size or one of these options is
 * given, it stays as it is. Stateless.
 */
final class HeapReturn {
    private static final Logger LOG = LoggerFactory.getLogger(HeapReturn.class);
    /**
     * The options, in the order of setting: Java refuses a maximum below the minimum. The ratios are percentages of the
     * heap that may be free after a collection; the interval is in milliseconds without a collection, after which G1
     * starts one.
     */
    private static final List<Map.Entry<String, String>> OPTIONS = List.of(
            Map.entry("MinHeapFreeRatio", "10"),
            Map.entry("MaxHeapFreeRatio", "30"),
            Map.entry("G1PeriodicGCInterval", "120000"));

    private HeapReturn() {}

    /** @param machine null if the JVM has no such options */
    static void begin(@Nullable HotSpotDiagnosticMXBean machine) {
        if (machine == null || !isWanted(machine)) {
            return;
        }
        for (Map.Entry<String, String> option : OPTIONS) {
            try {
                if (!isGiven(machine.getVMOption(option.getKey()))) {
                    machine.setVMOption(option.getKey(), option.getValue());
                }
            } catch (IllegalArgumentException e) {
                LOG.info("Java may keep the memory that a burst made it take: {}", e.getMessage());
            }
        }
    }

    private static boolean isWanted(HotSpotDiagnosticMXBean machine) {
        try {
            return machine.getVMOption("UseG1GC").getValue().equals("true")
                    && !isGiven(machine.getVMOption("MaxHeapSize"));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isGiven(VMOption option) {
        return option.getOrigin() != VMOption.Origin.DEFAULT && option.getOrigin() != VMOption.Origin.ERGONOMIC;
    }
}
