package io.github.dtstream.camel.message;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.journal.record.JournalRecord;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.camel.util.CaseInsensitiveMap;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one event's message. Until a route changes or lists them, a look-up of our header names reads the
 * event itself. Filters, choices and templates use a few headers of each event, and to fill a map for each event would
 * cost more than all other steps together.
 *
 * <p>It extends {@link CaseInsensitiveMap}, so that Camel uses it without copying it. Used by one exchange, so by one
 * thread at a time.
 */
final class EventHeaders extends CaseInsensitiveMap {
    private static final long serialVersionUID = 1L;
    private static final String PREFIX = "Dt";

    private final transient JournalRecord record;
    private final transient String receivedDate;
    private final transient EventMessages.Devices devices;
    private transient @Nullable Device device;
    private boolean deviceAsked;
    private boolean filled;

    EventHeaders(JournalRecord record, String receivedDate, EventMessages.Devices devices) {
        this.record = record;
        this.receivedDate = receivedDate;
        this.devices = devices;
    }

    @Override
    public @Nullable Object get(Object key) {
        if (!filled && key instanceof String name) {
            Object value = ours(name);
            if (value != null) {
                return value;
            }
            if (mayBeOurs(name)) {
                filledMap();
            }
        }
        return super.get(key);
    }

    /** Whether a name, in upper or lower case, may be one of our header names. */
    private static boolean mayBeOurs(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    private @Nullable Object ours(String name) {
        Event event = record.event();
        return switch (name) {
            case DtStreamConstants.EVENT_ID -> event.eventId();
            case DtStreamConstants.EVENT_TYPE -> event.eventType();
            case DtStreamConstants.PROJECT_ID -> event.projectId();
            case DtStreamConstants.DEVICE_ID -> event.deviceId();
            case DtStreamConstants.TIMESTAMP -> event.timestamp();
            case DtStreamConstants.SOURCE -> record.source().label();
            case DtStreamConstants.DATA -> event.data();
            case DtStreamConstants.RECEIVED -> record.received().toString();
            case DtStreamConstants.RECEIVED_DATE -> receivedDate;
            case DtStreamConstants.DEVICE_NAME -> ofDevice(Device::name, event.deviceId());
            case DtStreamConstants.DEVICE_TYPE -> ofDevice(Device::type, null);
            case DtStreamConstants.PRODUCT_NUMBER -> ofDevice(Device::productNumber, null);
            case DtStreamConstants.LABELS -> ofDevice(Device::labels, null);
            default -> null;
        };
    }

    private @Nullable Object ofDevice(Function<Device, Object> value, @Nullable Object unknown) {
        if (!deviceAsked) {
            deviceAsked = true;
            device = devices.of(record.event());
        }
        return device == null ? unknown : value.apply(device);
    }

    private EventHeaders filledMap() {
        if (!filled) {
            filled = true;
            fill(DtStreamConstants.EVENT_ID);
            fill(DtStreamConstants.EVENT_TYPE);
            fill(DtStreamConstants.PROJECT_ID);
            fill(DtStreamConstants.DEVICE_ID);
            fill(DtStreamConstants.TIMESTAMP);
            fill(DtStreamConstants.SOURCE);
            fill(DtStreamConstants.DATA);
            fill(DtStreamConstants.RECEIVED);
            fill(DtStreamConstants.RECEIVED_DATE);
            fill(DtStreamConstants.DEVICE_NAME);
            fill(DtStreamConstants.DEVICE_TYPE);
            fill(DtStreamConstants.PRODUCT_NUMBER);
            fill(DtStreamConstants.LABELS);
        }
        return this;
    }

    private void fill(String name) {
        Object value = ours(name);
        if (value != null) {
            super.put(name, value);
        }
    }

    // Headers with other names are in the map from the start. Methods that need the whole map fill it first.

    @Override
    public @Nullable Object getOrDefault(Object key, Object defaultValue) {
        Object value = get(key);
        return value == null ? defaultValue : value;
    }

    @Override
    public boolean isEmpty() {
        return filled && super.isEmpty(); // before it is filled, it has at least the event's headers
    }

    @Override
    public int size() {
        filledMap();
        return super.size();
    }

    @Override
    public boolean containsKey(Object key) {
        return get(key) != null || super.containsKey(key);
    }

    @Override
    public boolean containsValue(Object value) {
        filledMap();
        return super.containsValue(value);
    }

    @Override
    public @Nullable Object put(String key, Object value) {
        if (mayBeOurs(key)) {
            filledMap();
        }
        return super.put(key, value);
    }

    @Override
    public @Nullable Object putIfAbsent(String key, Object value) {
        filledMap();
        return super.putIfAbsent(key, value);
    }

    @Override
    public void putAll(Map<? extends String, ?> map) {
        filledMap();
        super.putAll(map);
    }

    @Override
    public @Nullable Object remove(Object key) {
        filledMap();
        return super.remove(key);
    }

    @Override
    public boolean remove(Object key, Object value) {
        filledMap();
        return super.remove(key, value);
    }

    @Override
    public void clear() {
        filled = true;
        super.clear();
    }

    @Override
    public Set<String> keySet() {
        filledMap();
        return super.keySet();
    }

    @Override
    public NavigableSet<String> navigableKeySet() {
        filledMap();
        return super.navigableKeySet();
    }

    @Override
    public NavigableMap<String, Object> descendingMap() {
        filledMap();
        return super.descendingMap();
    }

    @Override
    public Collection<Object> values() {
        filledMap();
        return super.values();
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        filledMap();
        return super.entrySet();
    }

    @Override
    public Map.Entry<String, Object> firstEntry() {
        filledMap();
        return super.firstEntry();
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super Object> action) {
        filledMap();
        super.forEach(action);
    }

    @Override
    public void replaceAll(BiFunction<? super String, ? super Object, ?> function) {
        filledMap();
        super.replaceAll(function);
    }

    @Override
    public @Nullable Object computeIfAbsent(String key, Function<? super String, ?> function) {
        filledMap();
        return super.computeIfAbsent(key, function);
    }

    @Override
    public @Nullable Object computeIfPresent(String key, BiFunction<? super String, ? super Object, ?> function) {
        filledMap();
        return super.computeIfPresent(key, function);
    }

    @Override
    public @Nullable Object compute(String key, BiFunction<? super String, ? super Object, ?> function) {
        filledMap();
        return super.compute(key, function);
    }

    @Override
    public @Nullable Object merge(String key, Object value, BiFunction<? super Object, ? super Object, ?> function) {
        filledMap();
        return super.merge(key, value, function);
    }

    @Override
    public @Nullable Object replace(String key, Object value) {
        filledMap();
        return super.replace(key, value);
    }

    @Override
    public Object clone() {
        filledMap();
        return super.clone();
    }
}
