package io.github.dtstream.proof;

import com.hivemq.embedded.EmbeddedHiveMQ;
import io.github.dtstream.faultproxy.FreePort;
import io.github.dtstream.mqtt.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An MQTT broker on a loopback port that can be stopped and started again on it. */
public interface Broker extends AutoCloseable {

    /** The system's mosquitto with persistence or, if it is not installed, a broker inside this process. */
    static Broker start(Path directory) throws Exception {
        Broker broker = Mosquitto.isInstalled() ? OfTheSystem.in(directory) : new Embedded(directory);
        broker.start();
        return broker;
    }

    int port();

    void start() throws Exception;

    void stop() throws Exception;

    /** Ends it without a chance to write anything. */
    void kill() throws Exception;

    @Override
    void close() throws Exception;

    /** Mosquitto as a child process. */
    record OfTheSystem(Mosquitto mosquitto) implements Broker {
        static OfTheSystem in(Path directory) throws IOException {
            return new OfTheSystem(Mosquitto.prepare(
                    directory, "persistence true", "persistence_location " + directory + "/", "autosave_interval 1"));
        }

        @Override
        public int port() {
            return mosquitto.port();
        }

        @Override
        public void start() throws Exception {
            mosquitto.start();
        }

        @Override
        public void stop() throws Exception {
            mosquitto.stop();
        }

        @Override
        public void kill() throws Exception {
            mosquitto.kill();
        }

        @Override
        public void close() throws Exception {
            mosquitto.close();
        }
    }

    /** HiveMQ CE in this process, which keeps nothing over a stop. Used by one thread. */
    final class Embedded implements Broker {
        private static final String CONFIG = """
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                  </listeners>
                  <persistence><mode>in-memory</mode></persistence>
                  <mqtt><queued-messages><max-queue-size>1000000</max-queue-size></queued-messages></mqtt>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """;

        private final Path directory;
        private final int port;
        private @Nullable EmbeddedHiveMQ broker;

        Embedded(Path directory) throws IOException {
            this.directory = directory;
            this.port = FreePort.find();
            Files.createDirectories(directory.resolve("conf"));
            Files.writeString(directory.resolve("conf").resolve("config.xml"), CONFIG.formatted(port));
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public void start() throws Exception {
            broker = EmbeddedHiveMQ.builder()
                    .withConfigurationFolder(directory.resolve("conf"))
                    .withDataFolder(Files.createDirectories(directory.resolve("data")))
                    .withExtensionsFolder(Files.createDirectories(directory.resolve("extensions")))
                    .build();
            broker.start().join();
        }

        @Override
        public void stop() throws Exception {
            if (broker != null) {
                broker.close();
                broker = null;
            }
        }

        @Override
        public void kill() throws Exception {
            stop();
        }

        @Override
        public void close() throws Exception {
            stop();
        }
    }
}
