package io.github.dtstream.proof;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jpountz.lz4.LZ4Factory;
import org.apache.kafka.clients.producer.KafkaProducer;

/** The packaged router beside a folder {@code lib} with Kafka's client, as the command {@code lib} creates it. */
final class KafkaProgram {
    private KafkaProgram() {}

    /** Makes this folder, and returns the jar there. */
    static Path installed(Path jar, Path folder) throws IOException, URISyntaxException {
        Path lib = Files.createDirectories(folder.resolve("lib"));
        for (Class<?> type : List.of(KafkaProducer.class, LZ4Factory.class)) {
            Path library = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            Files.copy(library, lib.resolve(library.getFileName()));
        }
        return Files.copy(jar, folder.resolve("dt-stream-router.jar"));
    }
}
