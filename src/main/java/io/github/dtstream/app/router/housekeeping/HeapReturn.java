package io.github.dtstream.app.router.housekeeping;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the collector G1 give back to the system what a burst made the heap take. By itself it looks at that only when it collects,
 * and a stream of an event a second gives it no reason to for hours. Where the heap's size or one of these options was given,
 * that is left as it is. Stateless.
 */
final class HeapReturn {
    private static final Logger LOG = LoggerFactory.getLogger(HeapReturn.class);
    /**
     * Milliseconds without a collection until there is one; and how much of the heap may then be free, in percent. In this order:
     * Java refuses a most that is below the least.
     */
    private static final List<Map.Entry<String, String>> OPTIONS = List.of(
            Map.entry("MinHeapFreeRatio", "10"),
            Map.entry("MaxHeapFreeRatio", "30"),
            Map.entry("G1PeriodicGCInterval", "120000"));

    private HeapReturn() {}

    /** @param machine null where the Java machine is of a kind that has no such options */
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
