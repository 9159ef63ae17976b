package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.local.TestJournals;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.text.Masking;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailReaderTest {
    @TempDir
    private Path folder;

    private final FaultyStorage storage = new FaultyStorage();

    private Journal journal() throws Exception {
        return journal("journal");
    }

    private Journal journal(String name) throws Exception {
        return TestJournals.open(
                folder.resolve(name), TestJournals.smallSegments(1 << 20, 1 << 20), storage, TestJournals.CLOCK);
    }

    private static void append(Journal journal, int from, int to) throws Exception {
        for (int number = from; number <= to; number++) {
            journal.append(Events.event(number), Source.LIVE, TestJournals.CLOCK.instant());
        }
    }

    private static TailReader.Origin of(Journal journal) {
        return new TailReader.Origin("p1/default", journal);
    }

    private static List<Long> numbers(TailReader.Tail tail) {
        return tail.events().stream().map(event -> event.record().sequence()).toList();
    }

    @Test
    void showsTheLastOfThoseOnDiskWhileOthersWaitForIt() throws Exception {
        try (Journal journal = journal()) {
            append(journal, 1, 3);
            journal.flush();
            storage.failOperations(1, Long.MAX_VALUE);
            append(journal, 4, 8);

            assertThat(numbers(TailReader.last(List.of(of(journal)), 2))).containsExactly(2L, 3L);
            storage.mend();
        }
    }

    @Test
    void showsAsItComesWhatHadToWaitForTheDisk() throws Exception {
        TailReader reader = new TailReader(new Masking());
        try (Journal journal = journal()) {
            append(journal, 1, 3);
            journal.flush();
            assertThat(numbers(reader.newest(List.of(of(journal)), 50))).isEmpty();
            storage.failOperations(1, Long.MAX_VALUE);
            append(journal, 4, 8);
            assertThat(numbers(reader.newest(List.of(of(journal)), 50))).isEmpty();

            storage.mend();
            journal.flush();
            assertThat(numbers(reader.newest(List.of(of(journal)), 50))).containsExactly(4L, 5L, 6L, 7L, 8L);
        }
    }

    @Test
    void saysHowManyItLeavesOut() throws Exception {
        TailReader reader = new TailReader(new Masking());
        try (Journal journal = journal()) {
            assertThat(numbers(reader.newest(List.of(of(journal)), 3))).isEmpty();
            append(journal, 1, 8);
            journal.flush();

            TailReader.Tail tail = reader.newest(List.of(of(journal)), 3);
            assertThat(numbers(tail)).containsExactly(6L, 7L, 8L);
            assertThat(tail.skipped()).isEqualTo(5);
        }
    }

    @Test
    void masksASecretAlsoWhereALongEventIsCutOff() throws Exception {
        Masking masking = new Masking();
        masking.add(List.of("correct-horse-battery"));
        String json = "{\"eventId\":\"e1\",\"data\":\"" + "x".repeat((16 << 10) - 30) + "correct-horse-battery\"}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Event event = new Event("e1", "temperature", "p1", "d1", "2026-11-22T10:00:00Z", bytes, 0, bytes.length);
        try (Journal journal = journal()) {
            journal.append(event, Source.LIVE, TestJournals.CLOCK.instant());
            journal.flush();

            String shown = new String(
                    new TailReader(masking).json(TailReader.last(List.of(of(journal)), 10)), StandardCharsets.UTF_8);

            assertThat(shown).contains("\"eventId\\\":\\\"e1").doesNotContain("corr");
        }
    }

    @Test
    void showsOfSeveralJournalsTheNewestByTheTimeOfReceipt() throws Exception {
        try (Journal one = journal();
                Journal other = journal("other")) {
            for (int number = 1; number <= 3; number++) {
                one.append(Events.event(number), Source.LIVE, TestJournals.NOON.plusSeconds(2 * number));
                other.append(Events.event(number), Source.LIVE, TestJournals.NOON.plusSeconds(2 * number + 1));
            }
            one.flush();
            other.flush();

            assertThat(TailReader.last(List.of(of(other), of(one)), 3).events())
                    .extracting(event -> event.record().received())
                    .containsExactly(
                            TestJournals.NOON.plusSeconds(5),
                            TestJournals.NOON.plusSeconds(6),
                            TestJournals.NOON.plusSeconds(7));
            assertThat(TailReader.last(List.of(), 3).events()).isEmpty();
        }
    }

    @Test
    void namesTheStreamOfEachEventAsEachStreamCountsForItself() throws Exception {
        try (Journal one = journal();
                Journal other = journal("other")) {
            one.append(Events.event(1), Source.LIVE, TestJournals.NOON);
            other.append(Events.event(1), Source.LIVE, TestJournals.NOON.plusSeconds(1));
            one.flush();
            other.flush();
            TailReader.Tail tail = TailReader.last(
                    List.of(new TailReader.Origin("p1/default", one), new TailReader.Origin("p2/default", other)), 10);

            JsonNode events = new ObjectMapper()
                    .readTree(new TailReader(new Masking()).json(tail))
                    .path("events");

            assertThat(events)
                    .extracting(event -> event.path("stream").asText() + " " + event.path("sequence"))
                    .containsExactly("p1/default 1", "p2/default 1");
        }
    }
}
