package io.github.dtstream.mqtt;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What tells one router from every other at a broker: eight letters and digits, made up once and kept with the router's
 * data, so that they stay the same where the machine, the container or the folder's name changes.
 */
final class RouterId {
    /** What stands for it in a topic. */
    static final String PLACEHOLDER = "{router}";

    private static final String FILE = "router-id";
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 8;
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{" + LENGTH + "}");

    private RouterId() {}

    /**
     * @param folder where it is kept; made if need be
     * @throws IOException if it cannot be read or written; the message says what to do
     */
    static String in(Path folder, RandomGenerator random) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            return read(file);
        } catch (NoSuchFileException e) {
            Files.createDirectories(folder);
            return create(file, random);
        }
    }

    private static String read(Path file) throws IOException {
        String id = Files.readString(file).strip();
        if (!FORM.matcher(id).matches()) {
            throw new IOException(
                    file + " does not hold " + LENGTH + " letters and digits; delete it, and another is made"
                            + " (others then know this router by another name)");
        }
        return id;
    }

    private static String create(Path file, RandomGenerator random) throws IOException {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        try {
            Files.writeString(file, id + "\n", StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
            return id.toString();
        } catch (FileAlreadyExistsException e) {
            return read(file);
        }
    }
}
