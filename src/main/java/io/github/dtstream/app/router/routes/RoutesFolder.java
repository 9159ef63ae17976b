package io.github.dtstream.app.router.routes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.alarm.AlarmChangeEvents;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.StreamBeans;
import io.github.dtstream.camel.alarm.AlarmMessages;
import io.github.dtstream.camel.message.EventMessages;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.file.CrashSafeFileComponent;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.testing.DeviceJson;
import io.github.dtstream.route.testing.RouteTests;
import io.github.dtstream.stream.DeviceChanges;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Checks and tests a folder of routes without running it, for the commands. Stateless. */
public final class RoutesFolder {
    private static final String SOME_PROJECT = "project";

    private RoutesFolder() {}

    /** A validator whose Camel contexts are equipped like the router's own, but for service accounts that have names. */
    public static RouteValidator validator() {
        return validator(Settings.of(Map.of()));
    }

    /** A validator whose Camel contexts are equipped like the router's own. */
    public static RouteValidator validator(Settings settings) {
        NamedAccounts accounts = new NamedAccounts(settings.accounts());
        return new RouteValidator(context -> {
            equip(context);
            DtStreamComponent component = new DtStreamComponent();
            accounts.giveTo(component);
            context.getRegistry().bind("dt-stream", component);
        });
    }

    /** A runner of the tests beside routes; its events have the form in which the stream's consumer delivers them. */
    public static RouteTests tests() {
        return new RouteTests(RoutesFolder::equip, RoutesFolder::part, Ticker.SYSTEM);
    }

    /** Gives a context what the router's own has: the crash-safe file component and the beans of streams. */
    private static void equip(CamelContext context) {
        context.getRegistry().bind("file", new CrashSafeFileComponent());
        StreamBeans.bind(context);
        context.getPropertiesComponent()
                .resolveProperty(Setting.KAFKA_GROUP.key())
                .filter(group -> !group.isBlank())
                .ifPresent(group -> StreamBeans.bindGroup(context, group));
    }

    /**
     * The values of placeholders. If no project is configured yet, it gets a made-up name, so that the rest can be
     * checked.
     */
    public static Map<String, String> properties(Settings settings) {
        Map<String, String> properties = new HashMap<>(settings.forRoutes());
        properties.merge(Setting.PROJECT_ID.key(), SOME_PROJECT, (own, other) -> own.isEmpty() ? other : own);
        return properties;
    }

    private static Message part(CamelContext context, JsonNode json, JsonNode device, Instant received) {
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        try {
            Event event = new EnvelopeDecoder().decodeEvent(bytes, 0, bytes.length);
            Source source = DeviceChanges.isOne(event.eventType()) ? Source.DEVICES : Source.LIVE;
            JournalRecord record = new JournalRecord(1, received, source, event);
            Device known = device(device);
            Message part = EventMessages.of(context, record, EventMessages.dateOf(received), ofEvent -> known);
            if (event.eventType().equals(AlarmChangeEvents.TYPE)) {
                AlarmMessages.addHeaders(part, event);
            }
            return part;
        } catch (InvalidRecordException e) {
            throw new IllegalArgumentException("it is no event: " + e.getMessage(), e);
        }
    }

    private static @Nullable Device device(JsonNode json) {
        return json.isMissingNode() ? null : DeviceJson.read(json);
    }
}
