package io.github.dtstream.app.router.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a separate JVM each, as only a real one refuses options. */
class HeapReturnTest {

    /** The program of the other JVM, which prints the options. */
    static final class Other {
        private Other() {}

        public static void main(String[] args) {
            HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            HeapReturn.begin(machine);
            for (String option : List.of("MinHeapFreeRatio", "MaxHeapFreeRatio", "G1PeriodicGCInterval")) {
                System.out.print(machine.getVMOption(option).getValue() + " ");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "-XX:+UseG1GC, 10 30 120000",
        "-XX:+UseG1GC -Xmx64m, 40 70 0",
        "-XX:+UseG1GC -XX:MinHeapFreeRatio=35, 35 70 120000",
        "-XX:+UseSerialGC, 40 70 0",
    })
    void setsWhatNobodySetWhereNobodySaidHowLargeTheHeapIs(String given, String then) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(given.split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Other.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(printed.lines().reduce((first, second) -> second).orElse("").trim())
                .isEqualTo(then);
    }

    @Test
    void doesNothingWhereJavaHasNoSuchOptions() {
        assertThatCode(() -> HeapReturn.begin(null)).doesNotThrowAnyException();
    }
}
