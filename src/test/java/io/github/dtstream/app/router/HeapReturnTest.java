package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import com.sun.management.VMOption.Origin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class HeapReturnTest {
    private final Map<String, VMOption> options = new HashMap<>();
    private final Map<String, String> set = new HashMap<>();

    HeapReturnTest() {
        option("UseG1GC", "true", Origin.ERGONOMIC);
        option("MaxHeapSize", "6000000000", Origin.ERGONOMIC);
        option("G1PeriodicGCInterval", "0", Origin.DEFAULT);
        option("MinHeapFreeRatio", "40", Origin.DEFAULT);
        option("MaxHeapFreeRatio", "70", Origin.DEFAULT);
    }

    private void option(String name, String value, Origin origin) {
        options.put(name, new VMOption(name, value, true, origin));
    }

    private final class Machine implements HotSpotDiagnosticMXBean {
        @Override
        public void dumpHeap(String file, boolean live) {}

        @Override
        public List<VMOption> getDiagnosticOptions() {
            return List.copyOf(options.values());
        }

        @Override
        public VMOption getVMOption(String name) {
            VMOption option = options.get(name);
            if (option == null) {
                throw new IllegalArgumentException("no option " + name);
            }
            return option;
        }

        @Override
        public void setVMOption(String name, String value) {
            set.put(name, value);
        }

        @Override
        public ObjectName getObjectName() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void hasMemoryGivenBackWhereNobodySaidHowLargeTheHeapIs() {
        HeapReturn.begin(new Machine());

        assertThat(set)
                .containsOnly(
                        Map.entry("G1PeriodicGCInterval", "120000"),
                        Map.entry("MinHeapFreeRatio", "10"),
                        Map.entry("MaxHeapFreeRatio", "30"));
    }

    @Test
    void leavesAHeapWhoseSizeWasGiven() {
        option("MaxHeapSize", "67108864", Origin.VM_CREATION);

        HeapReturn.begin(new Machine());

        assertThat(set).isEmpty();
    }

    @Test
    void leavesOptionsThatWereGiven() {
        option("MaxHeapFreeRatio", "50", Origin.VM_CREATION);

        HeapReturn.begin(new Machine());

        assertThat(set).containsOnlyKeys("G1PeriodicGCInterval", "MinHeapFreeRatio");
    }

    @Test
    void leavesOtherCollectors() {
        option("UseG1GC", "false", Origin.ERGONOMIC);

        HeapReturn.begin(new Machine());

        assertThat(set).isEmpty();
    }

    @Test
    void goesOnWhereJavaHasNoSuchOptions() {
        options.remove("G1PeriodicGCInterval");

        assertThatCode(() -> HeapReturn.begin(new Machine())).doesNotThrowAnyException();
        assertThatCode(() -> HeapReturn.begin(null)).doesNotThrowAnyException();
    }
}
