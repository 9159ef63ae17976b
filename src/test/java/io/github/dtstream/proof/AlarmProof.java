package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.AlarmChangeEvents;
import io.github.dtstream.alarm.AlarmEntry;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput.GapChanged;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.alarm.file.Placeholders;
import io.github.dtstream.alarm.file.RuleText;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.event.Event;
import io.github.dtstream.journal.local.JournalFiles;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.route.model.RouteFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Checks that the alarm journal equals what the engine produces from the whole journal in one run, however often the
 * router was killed meanwhile: each entry byte by byte, once, and in that order. The inputs of the engine between two
 * events (a person's command, a gap, an edit) come from the alarm journal, at the place that it names.
 *
 * <p>Devices' names are left out, as they depend on the device list of that moment, which no journal has.
 */
public final class AlarmProof {
    /** Without labels and types, so that the time when the device list was read does not matter. */
    static final String RULES = """
            alarms:
              - {alarm: warm, value: temperature, raise: {above: 20}}
              - {alarm: long-warm, value: temperature, raise: {above: 18, for: 20s}, clear: {below: 16}, acknowledge: {lasts: 4h}}
              - {alarm: silent, no-data: 20s}
              - {alarm: touched, value: touch}
              - {alarm: blind, value: stream, raise: {for: 4s}, acknowledge: {lasts: 10s}, remind: 2s}
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String projectId;
    private final String rules;
    private final long lateBytes;
    private final Scan events;
    private final Scan alarms;

    /** Reads the records of a journal in order, until the consumer returns false. */
    interface Scan {
        void read(Predicate<JournalRecord> consumer) throws IOException;
    }

    /**
     * @param data the router's data folder
     * @param rules the rules with which the router began
     */
    public AlarmProof(Path data, String projectId, String rules) {
        this(data, projectId, rules, Long.MAX_VALUE);
    }

    /**
     * @param lateBytes the router's memory for late values; alarms of values beyond it are not reported, oldest first
     */
    AlarmProof(Path data, String projectId, String rules, long lateBytes) {
        this(
                projectId,
                rules,
                lateBytes,
                scanOf(data.resolve("journal").resolve(projectId).resolve("default")),
                scanOf(data.resolve("alarms").resolve(projectId).resolve("default")));
    }

    AlarmProof(String projectId, String rules, Scan events, Scan alarms) {
        this(projectId, rules, Long.MAX_VALUE, events, alarms);
    }

    private AlarmProof(String projectId, String rules, long lateBytes, Scan events, Scan alarms) {
        this.projectId = projectId;
        this.lateBytes = lateBytes;
        this.rules = rules;
        this.events = events;
        this.alarms = alarms;
    }

    private static Scan scanOf(Path journal) {
        return consumer -> JournalFiles.scan(journal, Instant.EPOCH, consumer);
    }

    /**
     * The result of a comparison.
     *
     * @param changes the number of changes and notifications in the alarm journal
     * @param differences the differences, in words
     */
    public record Outcome(int changes, List<String> differences) {
        private static final int SHOWN = 20;

        public boolean isGood() {
            return changes > 0 && differences.isEmpty();
        }

        @Override
        public String toString() {
            List<String> shown = differences.subList(0, Math.min(SHOWN, differences.size()));
            return changes + " changes of alarms, " + differences.size() + " differences\n" + String.join("\n", shown);
        }
    }

    /** An entry of the alarm journal, with its number. */
    private record Entry(long number, String json) {}

    /** Compares after the router has ended, or has processed everything. */
    public Outcome compare() throws IOException {
        return compare(Long.MAX_VALUE);
    }

    /**
     * Compares while the router runs.
     *
     * @param due the number of the newest event whose changes the alarm journal must have; later events may have come
     *     during the reading, and their changes may be missing
     */
    Outcome compare(long due) throws IOException {
        return new Comparison(due).run();
    }

    /** The number of the newest event in the journal; 0 if there is none. */
    long newestEvent() throws IOException {
        AtomicLong newest = new AtomicLong();
        events.read(record -> {
            newest.set(record.sequence());
            return true;
        });
        return newest.get();
    }

    private final class Comparison {
        private final AlarmChangeEvents format = new AlarmChangeEvents();
        private final List<String> differences = new ArrayList<>();
        /** By identifier, in the order of the alarm journal; of repeated entries, the first. */
        private final Map<String, Entry> found = new LinkedHashMap<>();
        /** By identifier, in the order of the engine's output and inputs. */
        private final Map<String, String> expected = new LinkedHashMap<>();

        private final Deque<AlarmEntry> told = new ArrayDeque<>();
        private final Set<Long> openGaps = new TreeSet<>();
        /** Identifiers of entries that need not be there yet. */
        private final Set<String> early = new HashSet<>();

        private final long due;
        private long sequence;
        private int changes;

        Comparison(long due) {
            this.due = due;
        }

        Outcome run() throws IOException {
            alarms.read(record -> {
                find(record);
                return true;
            });
            replay();
            compareContent();
            compareOrder();
            return new Outcome(changes, List.copyOf(differences));
        }

        private void find(JournalRecord record) {
            Event event = record.event();
            Entry entry = new Entry(record.sequence(), nameless(event));
            Entry before = found.putIfAbsent(event.eventId(), entry);
            if (before != null) {
                differences.add("twice: " + event.eventId() + " is entry " + before.number() + " and entry "
                        + entry.number() + ": " + entry.json());
                return;
            }
            try {
                AlarmEntry read = AlarmChangeEvents.read(event);
                if (read instanceof AlarmEntry.Changed) {
                    changes++;
                } else {
                    told.add(read);
                }
            } catch (IOException e) {
                differences.add("unreadable: entry " + entry.number() + ": " + e.getMessage());
            }
        }

        private void replay() throws IOException {
            AlarmEngine engine = new AlarmEngine(rules(), id -> Optional.empty(), lateBytes);
            events.read(record -> {
                while (!told.isEmpty() && after(told.peek()) < record.sequence()) {
                    tell(engine, told.remove());
                }
                sequence = record.sequence();
                engine.on(record, this::expect);
                return true;
            });
            while (!told.isEmpty()) {
                tell(engine, told.remove());
            }
        }

        private void expect(AlarmChange change) {
            if (sequence > due) {
                early.add(change.id());
            }
            expected.put(change.id(), nameless(format.event(projectId, change)));
        }

        private void tell(AlarmEngine engine, AlarmEntry entry) {
            String id = idOf(entry);
            Entry itself = found.get(id);
            expected.put(id, itself.json());
            try {
                if (entry instanceof AlarmEntry.Told one) {
                    if (one.input() instanceof GapChanged gap && !isNews(gap)) {
                        differences.add("twice: entry " + itself.number() + " tells of gap " + gap.gap()
                                + " what was told before: " + itself.json());
                    }
                    engine.on(one.input(), this::expect);
                } else if (entry instanceof AlarmEntry.Edited edited) {
                    engine.edit(RuleText.read(edited.rules()), id, this::expect);
                }
            } catch (IllegalArgumentException e) {
                differences.add("refused: entry " + itself.number() + " (" + e.getMessage() + "): " + itself.json());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private boolean isNews(GapChanged gap) {
            return gap.isFilled() ? openGaps.remove(gap.gap()) : openGaps.add(gap.gap());
        }

        private void compareContent() {
            expected.forEach((id, json) -> {
                Entry entry = found.get(id);
                if (entry == null && early.contains(id)) {
                    return;
                }
                if (entry == null) {
                    differences.add("missing: " + id + ": " + json);
                } else if (!entry.json().equals(json)) {
                    differences.add("altered: entry " + entry.number() + " says " + entry.json()
                            + "\n  where the engine says " + json);
                }
            });
            found.forEach((id, entry) -> {
                if (!expected.containsKey(id)) {
                    differences.add("unexpected: entry " + entry.number() + ": " + entry.json());
                }
            });
        }

        /**
         * Compares the order of the entries that are in both; only reports the first displaced one, as all later ones
         * are displaced, too.
         */
        private void compareOrder() {
            Iterator<String> order =
                    expected.keySet().stream().filter(found::containsKey).iterator();
            for (Map.Entry<String, Entry> entry : found.entrySet()) {
                if (expected.containsKey(entry.getKey())) {
                    String next = order.next();
                    if (!next.equals(entry.getKey())) {
                        differences.add(
                                "out of order: entry " + entry.getValue().number() + " is " + entry.getKey()
                                        + " where " + next + " is to be, which is entry "
                                        + found.get(next).number());
                        return;
                    }
                }
            }
        }
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

    private static String idOf(AlarmEntry entry) {
        return entry instanceof AlarmEntry.Told told ? told.input().id() : ((AlarmEntry.Edited) entry).id();
    }

    /** An entry with its devices' identifiers instead of their names. */
    private static String nameless(Event event) {
        try {
            ObjectNode json = (ObjectNode) JSON.readTree(event.json());
            ObjectNode alarm = (ObjectNode) json.at("/data/alarm");
            Map<String, String> names = new HashMap<>();
            takeName(alarm, names);
            for (JsonNode member : alarm.path("members")) {
                takeName((ObjectNode) member, names);
            }
            replaceNames(alarm, "reason", names);
            replaceNames(alarm, "text", names);
            return json.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void takeName(ObjectNode json, Map<String, String> names) {
        if (json.has("deviceName")) {
            names.put(json.path("deviceName").asText(), json.path("deviceId").asText());
            json.set("deviceName", json.get("deviceId"));
        }
    }

    private static void replaceNames(ObjectNode json, String field, Map<String, String> names) {
        if (json.has(field)) {
            String text = json.path(field).asText();
            for (Map.Entry<String, String> name : names.entrySet()) {
                // A sentence begins with the name.
                text = text.replace(name.getKey() + ":", name.getValue() + ":");
            }
            json.put(field, text);
        }
    }
}
