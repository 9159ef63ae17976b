package io.github.dtstream.proof;

import io.github.dtstream.alarm.AlarmChangeEvents;
import io.github.dtstream.alarm.AlarmEntry;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.alarm.file.Placeholders;
import io.github.dtstream.alarm.file.RuleText;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.route.model.RouteFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the alarm journal says what the engine says when it is told the whole journal in one go, however often the router was
 * killed meanwhile: each change, and each once.
 */
public final class AlarmProof {
    /** Without labels and types, so that it does not matter when the device list was read. */
    static final String RULES = """
            alarms:
              - {alarm: warm, value: temperature, raise: {above: 20}}
              - {alarm: long-warm, value: temperature, raise: {above: 18, for: 20s}, clear: {below: 16}, acknowledge: {lasts: 4h}}
              - {alarm: silent, no-data: 20s}
              - {alarm: touched, value: touch}
            """;

    private final Path events;
    private final Path alarms;
    private final String rules;

    /**
     * @param data the router's data folder
     * @param rules those under which it began
     */
    public AlarmProof(Path data, String projectId, String rules) {
        this.rules = rules;
        this.events = data.resolve("journal").resolve(projectId).resolve("default");
        this.alarms = data.resolve("alarms").resolve(projectId).resolve("default");
    }

    /**
     * What came of a comparison.
     *
     * @param changes how many changes there are
     * @param twice the identifiers that stand in the alarm journal more than once
     * @param missing what only the engine says
     * @param unexpected what only the alarm journal says
     */
    public record Outcome(int changes, Set<String> twice, Set<String> missing, Set<String> unexpected) {
        public boolean isGood() {
            return changes > 0 && twice.isEmpty() && missing.isEmpty() && unexpected.isEmpty();
        }
    }

    public Outcome compare() throws IOException {
        Set<String> written = new HashSet<>();
        Set<String> twice = new LinkedHashSet<>();
        Deque<AlarmEntry> told = new ArrayDeque<>();
        AlarmChangeEvents reader = new AlarmChangeEvents();
        io.github.dtstream.journal.JournalFiles.scan(alarms, Instant.EPOCH, record -> {
            try {
                AlarmEntry entry = reader.read(record.event());
                if (!(entry instanceof AlarmEntry.Changed)) {
                    told.add(entry);
                } else if (!written.add(record.event().eventId())) {
                    twice.add(record.event().eventId());
                }
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Set<String> expected = expected(told);
        Set<String> missing = new LinkedHashSet<>(expected);
        missing.removeAll(written);
        Set<String> unexpected = new LinkedHashSet<>(written);
        unexpected.removeAll(expected);
        return new Outcome(written.size(), twice, missing, unexpected);
    }

    private Set<String> expected(Deque<AlarmEntry> told) throws IOException {
        Set<String> expected = new LinkedHashSet<>();
        AlarmEngine engine = new AlarmEngine(rules(), id -> Optional.empty());
        io.github.dtstream.journal.JournalFiles.scan(events, Instant.EPOCH, record -> {
            while (!told.isEmpty() && after(told.peek()) < record.sequence()) {
                tell(engine, told.remove(), expected);
            }
            engine.on(record, change -> expected.add(change.id()));
            return true;
        });
        List<AlarmEntry> rest = new ArrayList<>(told);
        rest.forEach(entry -> tell(engine, entry, expected));
        return expected;
    }

    private List<AlarmRule> rules() {
        AlarmRules read = AlarmRules.read(List.of(RouteFile.of(Path.of("alarms.yaml"), rules)), Placeholders.NONE);
        if (!read.isGood()) {
            throw new IllegalStateException(read.findings().toString());
        }
        return read.rules();
    }

    private static long after(AlarmEntry entry) {
        return entry instanceof AlarmEntry.Told told ? told.after() : ((AlarmEntry.Edited) entry).after();
    }

    private static void tell(AlarmEngine engine, AlarmEntry entry, Set<String> expected) {
        try {
            if (entry instanceof AlarmEntry.Told told) {
                engine.on(told.input(), change -> expected.add(change.id()));
            } else if (entry instanceof AlarmEntry.Edited edited) {
                engine.edit(RuleText.read(edited.rules()), edited.id(), change -> expected.add(change.id()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
