package io.github.dtstream.mqtt;

import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The router's identifier at brokers: eight random letters and digits. It is made once and kept with the router's data,
 * so it stays the same when the machine, the container or the folder's name changes.
 */
final class RouterId {
    /** The placeholder of the identifier in a topic. */
    static final String PLACEHOLDER = "{router}";

    private static final String FILE = "router-id";
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 8;
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{" + LENGTH + "}");

    private RouterId() {}

    /**
     * @param folder the folder of the identifier's file; created if it does not exist
     * @throws IOException if it cannot be read or written; the message says what to do
     */
    static String in(Path folder, RandomGenerator random, Storage storage) throws IOException {
        Path path = folder.resolve(FILE);
        AtomicFile file = AtomicFile.of(path, storage);
        Optional<byte[]> kept = file.read();
        return kept.isPresent() ? parse(path, kept.get()) : create(file, random);
    }

    private static String parse(Path path, byte[] content) throws IOException {
        String id = new String(content, StandardCharsets.UTF_8).strip();
        if (!FORM.matcher(id).matches()) {
            throw new IOException(
                    path + " does not hold " + LENGTH + " letters and digits; delete it, and another is made"
                            + " (others then know this router by another name)");
        }
        return id;
    }

    private static String create(AtomicFile file, RandomGenerator random) throws IOException {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        file.save((id + "\n").getBytes(StandardCharsets.US_ASCII));
        return id.toString();
    }
}
