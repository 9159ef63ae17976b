package io.github.dtstream.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.http.GoDuration;
import io.github.dtstream.simulator.stream.ErrorShape;
import io.github.dtstream.simulator.weather.Spell;
import io.github.dtstream.simulator.weather.Spelling;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.simulator.weather.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Faults as JSON: one object, or an array of objects, each with {@code fault} and the parameters of that fault.
 *
 * <table>
 * <caption>Faults</caption>
 * <tr><td>{@code respond}</td><td>{@code target}, {@code times}, {@code status}, {@code retryAfter}</td></tr>
 * <tr><td>{@code slow}</td><td>{@code target}, {@code times}, {@code duration}</td></tr>
 * <tr><td>{@code short-list}</td><td>{@code times}, {@code devices}</td></tr>
 * <tr><td>{@code stream-error}</td><td>{@code shape}: a, b or c; {@code code}, {@code message}</td></tr>
 * <tr><td>{@code end-streams}</td><td>{@code how}: end-of-body, half-record, cut, half-record-cut</td></tr>
 * <tr><td>{@code silence}, {@code slow-index}, {@code clock-skew}</td><td>{@code duration}</td></tr>
 * <tr><td>{@code duplicate}, {@code history-only}</td><td>{@code times}</td></tr>
 * <tr><td>{@code late}</td><td>{@code times}, {@code duration}</td></tr>
 * <tr><td>{@code raw-record}</td><td>{@code record}</td></tr>
 * <tr><td>{@code oversize-record}</td><td>{@code bytes}</td></tr>
 * <tr><td>{@code weather}</td><td>{@code target}, {@code weather}: a {@link Weather} in small letters with hyphens;
 * {@code times}, {@code duration}, {@code device}: all three optional</td></tr>
 * <tr><td>{@code changing-weather}</td><td>{@code seed}, {@code duration}</td></tr>
 * <tr><td>{@code remove-device}</td><td>{@code device}</td></tr>
 * <tr><td>{@code illegal-identifiers}, {@code revoke-tokens}, {@code clear}</td><td></td></tr>
 * </table>
 *
 * <p>Durations are written as {@code 1m30s}, with a minus for a clock that is behind. Thread-safe.
 */
final class FaultCommands {
    private static final Map<String, BiConsumer<FaultCommands, JsonNode>> ALL = all();

    private final Faults faults;
    private final Project project;

    FaultCommands(Faults faults, Project project) {
        this.faults = faults;
        this.project = project;
    }

    /**
     * Runs the commands.
     *
     * @return the number of commands
     * @throws IllegalArgumentException if a command is not valid; those before it have been run
     */
    int run(JsonNode body) {
        List<JsonNode> commands = body.isArray() ? listOf(body) : List.of(body);
        commands.forEach(this::runOne);
        return commands.size();
    }

    private static List<JsonNode> listOf(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all;
    }

    private void runOne(JsonNode command) {
        String name = command.path("fault").asText();
        BiConsumer<FaultCommands, JsonNode> fault = ALL.get(name);
        if (fault == null) {
            throw new IllegalArgumentException("fault is '" + name + "'; it must be one of " + names());
        }
        fault.accept(this, command);
    }

    /** The names of all faults, in the order of the documentation. */
    static Set<String> names() {
        return ALL.keySet();
    }

    private static Map<String, BiConsumer<FaultCommands, JsonNode>> all() {
        Map<String, BiConsumer<FaultCommands, JsonNode>> all = new LinkedHashMap<>();
        all.put(
                "respond",
                (here, command) -> here.faults.respond(
                        target(command), times(command), command.path("status").asInt(503), retryAfter(command)));
        all.put("slow", (here, command) -> here.faults.slow(target(command), times(command), duration(command)));
        all.put(
                "short-list",
                (here, command) -> here.faults.shortenLists(
                        times(command), command.path("devices").asInt(0)));
        all.put(
                "stream-error",
                (here, command) -> here.faults.streamError(
                        constant(ErrorShape.class, command, "shape"),
                        command.path("code").asInt(500),
                        command.path("message").asText("fault on request")));
        all.put(
                "end-streams",
                (here, command) -> here.faults.endStreams(constant(Faults.StreamEnd.class, command, "how")));
        all.put("silence", (here, command) -> here.faults.silence(duration(command)));
        all.put("slow-index", (here, command) -> here.faults.slowIndex(duration(command)));
        all.put("clock-skew", (here, command) -> here.faults.clockSkew(duration(command)));
        all.put("duplicate", (here, command) -> here.faults.duplicate(times(command)));
        all.put("history-only", (here, command) -> here.faults.historyOnly(times(command)));
        all.put("late", (here, command) -> here.faults.late(times(command), duration(command)));
        all.put(
                "raw-record",
                (here, command) -> here.faults.rawRecord(command.path("record").asText()));
        all.put(
                "oversize-record",
                (here, command) ->
                        here.faults.oversizeRecord(command.path("bytes").asInt(2 << 20)));
        all.put("weather", (here, command) -> here.faults.weather(spell(command)));
        all.put(
                "changing-weather",
                (here, command) ->
                        here.faults.changingWeather(command.path("seed").asLong(), duration(command)));
        all.put("remove-device", (here, command) -> here.removeDevice(command));
        all.put("illegal-identifiers", (here, command) -> here.faults.illegalIdentifiers());
        all.put("revoke-tokens", (here, command) -> here.faults.revokeTokens());
        all.put("clear", (here, command) -> here.faults.clear());
        return Collections.unmodifiableMap(all);
    }

    private void removeDevice(JsonNode command) {
        String id = command.path("device").asText();
        if (!project.removeDevice(id)) {
            throw new IllegalArgumentException("device is '" + id + "'; it must be one that the project has");
        }
    }

    private static Spell spell(JsonNode command) {
        Spell spell = Spell.of(target(command), constant(Weather.class, command, "weather"));
        if (command.has("times")) {
            spell = spell.times(times(command));
        }
        if (command.has("duration")) {
            spell = spell.lasting(duration(command));
        }
        return command.has("device") ? spell.about(command.path("device").asText()) : spell;
    }

    private static int times(JsonNode command) {
        return command.path("times").asInt(1);
    }

    private static @Nullable String retryAfter(JsonNode command) {
        return command.hasNonNull("retryAfter") ? command.get("retryAfter").asText() : null;
    }

    private static Target target(JsonNode command) {
        return constant(Target.class, command, "target");
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode command, String field) {
        String name = command.path(field).asText();
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> Spelling.of(value).equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(field + " is '" + name + "'; it must be one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(Spelling::of)
                                .toList()));
    }

    private static Duration duration(JsonNode command) {
        String text = command.path("duration").asText();
        boolean negative = text.startsWith("-");
        Optional<Duration> duration = GoDuration.parse(negative ? text.substring(1) : text);
        return duration.map(value -> negative ? value.negated() : value)
                .orElseThrow(() -> new IllegalArgumentException("duration is '" + text + "'; write it as in 1m30s"));
    }
}
