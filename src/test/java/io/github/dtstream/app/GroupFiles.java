package io.github.dtstream.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads the compose file of three routers as a container engine does. */
public final class GroupFiles {
    private static final Path COMPOSE = Path.of("src/image/compose-group.yaml");
    private static final String MERGED = "<<";
    private static final String KAFKA = "KAFKA_";

    private GroupFiles() {}

    /** The compose file, with its merge keys resolved. */
    public static JsonNode compose() throws IOException {
        Object compose = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(COMPOSE));
        return new ObjectMapper().valueToTree(merged(compose));
    }

    private static Object merged(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<Object, Object> all = new LinkedHashMap<>();
        if (map.containsKey(MERGED)) {
            all.putAll((Map<?, ?>) merged(map.get(MERGED)));
        }
        map.forEach((key, one) -> {
            if (!key.equals(MERGED)) {
                all.put(key, merged(one));
            }
        });
        return all;
    }

    /** A service's environment. */
    public static Map<String, String> environment(JsonNode service) {
        Map<String, String> all = new TreeMap<>();
        service.path("environment")
                .fields()
                .forEachRemaining(one -> all.put(one.getKey(), one.getValue().asText()));
        return all;
    }

    /** The settings that Kafka's image makes of a service's environment. */
    public static Map<String, String> broker(JsonNode service) {
        Map<String, String> all = new TreeMap<>();
        environment(service).forEach((name, value) -> {
            if (name.startsWith(KAFKA) && !name.equals("KAFKA_HEAP_OPTS")) {
                all.put(name.substring(KAFKA.length()).toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return all;
    }
}
