package io.github.dtstream.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dtstream.storage.FaultyStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files of a full folder are deleted, and which are kept. */
class OldFilesTest {
    private static final Instant BEFORE = Instant.parse("2026-03-11T00:00:00Z");
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private final FaultyStorage storage = new FaultyStorage();
    private final CrashSafeFileComponent component = new CrashSafeFileComponent(storage, (file, remnant) -> {});
    private final DefaultCamelContext context = new DefaultCamelContext();
    private Path data;

    @BeforeEach
    void start() {
        data = folder.resolve("data");
        context.getRegistry().bind("file", component);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void writes(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + uri.hashCode()).to(uri);
            }
        });
    }

    private void appendsTo(String directory, String fileName) throws Exception {
        writes("file:" + data.resolve(directory) + "?fileExist=Append&appendChars=\\n&fileName=RAW(" + fileName + ")");
    }

    private Path file(String name) throws IOException {
        Path file = data.resolve(name).normalize();
        Files.createDirectories(file.getParent());
        Files.writeString(file, "0123456789");
        return written(file, LONG_AGO);
    }

    private static Path written(Path file, Instant time) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(time));
    }

    private DeletedFiles delete() {
        return component.deleteOld(data, Set.of("journal", "gaps"), BEFORE);
    }

    @Test
    void deletesWholeFilesWhoseDayAndLastWriteAreOverAndKeepsTheOthers() throws Exception {
        appendsTo("events", "${header.DtReceivedDate}.ndjson");
        Path old = file("events/2026-03-09.ndjson");
        Path justOver = file("events/2026-03-10.ndjson");
        Path notOver = file("events/2026-03-11.ndjson");
        Path writtenLate = written(file("events/2026-03-08.ndjson"), BEFORE);

        assertThat(delete()).isEqualTo(new DeletedFiles(2, 20, null));

        assertThat(old).doesNotExist();
        assertThat(justOver).doesNotExist();
        assertThat(notOver).exists();
        assertThat(writtenLate).exists();
        assertThat(delete()).isEqualTo(DeletedFiles.NONE);
    }

    @Test
    void keepsWhatNoRouteAppendsTo() throws Exception {
        appendsTo("events", "${header.DtReceivedDate}.ndjson");
        writes("file:" + data.resolve("last") + "?fileExist=Override&fileName=RAW(${header.device}.ndjson)");
        writes("file:" + data.resolve("named-by-message") + "?fileExist=Append");
        Path[] others = {
            file("events/2026-01-01.ndjson.gz"),
            file("events/notes.txt"),
            file("last/a.ndjson"),
            file("named-by-message/a.ndjson"),
            file("elsewhere/2026-01-01.ndjson"),
            file("2026-01-01.ndjson"),
        };

        assertThat(delete()).isEqualTo(DeletedFiles.NONE);

        assertThat(others).allSatisfy(other -> assertThat(other).exists());
    }

    @Test
    void keepsWhatTheRouterItselfKeepsHoweverARouteIsWritten() throws Exception {
        appendsTo("", "${header.folder}/${header.DtReceivedDate}.ndjson");
        appendsTo("journal/p1", "${header.DtReceivedDate}.ndjson");
        appendsTo("events/../gaps", "${header.DtReceivedDate}.ndjson");
        Path segment = file("journal/p1/2026-01-01.ndjson");
        Path gap = file("gaps/2026-01-01.ndjson");

        assertThat(delete()).isEqualTo(DeletedFiles.NONE);

        assertThat(segment).exists();
        assertThat(gap).exists();
    }

    @Test
    void deletesNothingOutsideOfTheDataFolder() throws Exception {
        Path outside = folder.resolve("srv/2026-01-01.ndjson");
        appendsTo("../srv", "${header.DtReceivedDate}.ndjson");
        appendsTo("../data-of-another", "${header.DtReceivedDate}.ndjson");
        file("../srv/2026-01-01.ndjson");
        Path another = file("../data-of-another/2026-01-01.ndjson");

        assertThat(delete()).isEqualTo(DeletedFiles.NONE);

        assertThat(outside).exists();
        assertThat(another).exists();
    }

    @Test
    void followsNoLinkButThatOfTheDataFolderItself() throws Exception {
        Path store = folder.resolve("store");
        Files.createDirectories(store);
        Files.createDirectories(folder.resolve("mine"));
        try {
            Files.createSymbolicLink(data, store);
        } catch (IOException | UnsupportedOperationException e) {
            assumeTrue(false, "links cannot be made here: " + e);
        }
        appendsTo("events", "${header.device}/${header.DtReceivedDate}.ndjson");
        appendsTo("linked", "${header.DtReceivedDate}.ndjson");
        Path old = file("events/d1/2026-01-01.ndjson");
        Path mine = written(Files.writeString(folder.resolve("mine/2026-01-01.ndjson"), "mine"), LONG_AGO);
        Files.createSymbolicLink(store.resolve("linked"), folder.resolve("mine"));
        Files.createSymbolicLink(store.resolve("events/d2"), folder.resolve("mine"));
        Path link = Files.createSymbolicLink(store.resolve("events/d1/2026-01-02.ndjson"), mine);

        assertThat(delete().files()).isEqualTo(1);

        assertThat(old).doesNotExist();
        assertThat(mine).exists();
        assertThat(link).isSymbolicLink();
    }

    /** Without this check, data would be lost that an append writes between the look and the deletion. */
    @Test
    void waitsForAnAppendThatIsUnderWayAndThenKeepsItsFile() throws Exception {
        CrashSafeAppender appender = new CrashSafeAppender(storage, (file, remnant) -> {});
        Path file = file("events/2026-01-01.ndjson");
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread route = new Thread(() -> {
            try {
                appender.append(
                        file,
                        out -> {
                            writing.countDown();
                            awaitUninterrupted(goOn);
                            out.write("late\n".getBytes(UTF_8));
                        },
                        false,
                        false);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        route.start();
        assertThat(writing.await(60, TimeUnit.SECONDS)).isTrue();
        OldFiles old = new OldFiles(appender, data, Set.of(), BEFORE);
        DeletedFiles[] deleted = {null};
        Thread keeper = new Thread(
                () -> deleted[0] = old.delete(data.resolve("events"), FileNames.of("${header.DtReceivedDate}.ndjson")));
        keeper.start();
        while (keeper.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        goOn.countDown();
        route.join();
        keeper.join();

        assertThat(deleted[0]).isEqualTo(DeletedFiles.NONE);
        assertThat(file).hasContent("0123456789late\n");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void saysWhatCannotBeDeletedAndGoesOn() throws Exception {
        appendsTo("events", "${header.DtReceivedDate}.ndjson");
        file("events/2026-01-01.ndjson");
        file("events/2026-01-02.ndjson");
        storage.watch((operation, file) -> {
            if (operation == FaultyStorage.Operation.DELETE && file.endsWith("2026-01-01.ndjson")) {
                throw new IOException("not permitted");
            }
        });

        DeletedFiles deleted = delete();

        assertThat(deleted.files()).isEqualTo(1);
        assertThat(deleted.failure()).contains("not permitted");
    }

    @ParameterizedTest
    @CsvSource({
        "${header.DtReceivedDate}.ndjson, 2026-01-01.ndjson, true",
        "${header.DtReceivedDate}.ndjson, 2026-01-01.csv, false",
        "${header.DtReceivedDate}.ndjson, x.ndjson, true",
        "${header.DtReceivedDate}, 2026-01-01, true",
        "${header.DtDeviceId}, anything, false",
        "a+b/${date:now:yyyy}/x.csv, a+b/2026/x.csv, true",
        "a+b/${date:now:yyyy}/x.csv, aab/2026/x.csv, false",
        "$simple{header.${header.a}}.csv, b.csv, true",
        "${unfinished.csv, ${unfinished.csv, true",
        "all.ndjson, all.ndjson, true",
    })
    void knowsTheNamesThatARouteCanGive(String fileName, String name, boolean isIncluded) {
        assertThat(FileNames.of(fileName).include(name)).isEqualTo(isIncluded);
    }

    @Test
    void takesTheLastDayOfANameAndNoNumberForADay() {
        assertThat(FileNames.day("2026-01-01/2026-02-03.csv")).hasToString("Optional[2026-02-03]");
        assertThat(FileNames.day("12026-01-01.csv")).isEmpty();
        assertThat(FileNames.day("2026-13-45.csv")).isEmpty();
    }
}
