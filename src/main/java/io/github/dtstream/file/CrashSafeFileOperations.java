package io.github.dtstream.file;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.TypeConverter;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.FileOperations;
import org.apache.camel.component.file.GenericFileExist;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Camel's file operations, except for {@code fileExist=Append} and the folders for it. Thread-safe. */
final class CrashSafeFileOperations extends FileOperations {

    private static final Logger LOG = LoggerFactory.getLogger(CrashSafeFileOperations.class);

    private static final byte[] NOTHING = {};

    /** The largest size that every JVM allows for an array. */
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private final FileEndpoint endpoint;
    private final CrashSafeAppender appender;

    CrashSafeFileOperations(FileEndpoint endpoint, CrashSafeAppender appender) {
        super(endpoint);
        this.endpoint = endpoint;
        this.appender = appender;
    }

    @Override
    public boolean storeFile(String fileName, Exchange exchange, long size) {
        Object body = exchange.getIn().getBody();
        if (endpoint.getFileExist() != GenericFileExist.Append || body == null) {
            return super.storeFile(fileName, exchange, size);
        }
        if (body instanceof List<?> records && records.isEmpty()) {
            return true;
        }
        File file = new File(fileName);
        try {
            appender.append(file.toPath(), content(exchange, body), endsLines(), endpoint.isForceWrites());
            setAttributes(file, exchange);
            return true;
        } catch (IOException | InvalidPayloadException | NoTypeConversionAvailableException e) {
            throw new GenericFileOperationFailedException("Cannot append to " + file + ": " + e.getMessage(), e);
        }
    }

    /** Camel does not sync the folders that it makes: a power cut may take them with files that are synced. */
    @Override
    protected boolean buildDirectory(
            File directory, @Nullable Set<PosixFilePermission> permissions, boolean absolute, boolean stepwise) {
        if (endpoint.getFileExist() != GenericFileExist.Append || !endpoint.isForceWrites() || directory.exists()) {
            return super.buildDirectory(directory, permissions, absolute, stepwise);
        }
        Path folder = directory.toPath().toAbsolutePath();
        List<Path> missing = new ArrayList<>();
        for (Path each = folder; each != null && !Files.exists(each); each = each.getParent()) {
            missing.add(each);
        }
        try {
            appender.createDirectories(folder);
        } catch (IOException e) {
            throw new GenericFileOperationFailedException("Cannot create the folder " + directory + ": " + e, e);
        }
        if (permissions != null && !permissions.isEmpty()) {
            missing.forEach(made -> setPermissions(made, permissions));
        }
        return true;
    }

    private boolean endsLines() {
        String appendChars = endpoint.getAppendChars();
        return appendChars != null && appendChars.endsWith("\n");
    }

    private CrashSafeAppender.Content content(Exchange exchange, Object body)
            throws InvalidPayloadException, NoTypeConversionAvailableException {
        if (body instanceof List<?> records) {
            return joined(exchange, records);
        }
        if (body instanceof String || body instanceof byte[] || endpoint.getCharset() != null) {
            return joined(exchange, List.of(body));
        }
        // A file, or a stream of unknown length, need not fit into memory.
        InputStream stream = exchange.getIn().getMandatoryBody(InputStream.class);
        byte[] end = end();
        return out -> {
            try (stream) {
                stream.transferTo(out);
                out.write(end);
            }
        };
    }

    /** Converts and copies one record after the other, so that each is copied while it is in the processor's cache. */
    private Joined joined(Exchange exchange, List<?> records) throws NoTypeConversionAvailableException {
        byte[] end = end();
        Joined joined = new Joined(records.size());
        for (Object record : records) {
            joined.add(bytes(exchange, record));
            joined.add(end);
        }
        return joined;
    }

    /** A growing array of bytes. */
    private static final class Joined implements CrashSafeAppender.Content {
        private final int expected;
        private byte[] bytes = {};
        private int length;

        /** @param expected how many records there will be; the first one determines the size */
        Joined(int expected) {
            this.expected = expected;
        }

        void add(byte[] more) {
            int needed = Math.addExact(length, more.length);
            if (needed > bytes.length) {
                long roomy = length == 0 ? (more.length + 16L) * expected : bytes.length * 2L;
                bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(roomy, MOST_BYTES)));
            }
            System.arraycopy(more, 0, bytes, length, more.length);
            length = needed;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(bytes, 0, length);
        }
    }

    private byte[] bytes(Exchange exchange, @Nullable Object record) throws NoTypeConversionAvailableException {
        if (record instanceof Message message) {
            return bytes(exchange, message.getBody());
        }
        if (record instanceof Exchange part) {
            return bytes(exchange, part.getMessage().getBody());
        }
        if (record == null) {
            throw new GenericFileOperationFailedException("Cannot append a batch with a record that is null");
        }
        if (record instanceof String text) {
            return text.getBytes(charset());
        }
        if (record instanceof byte[] raw && endpoint.getCharset() == null) {
            return raw;
        }
        TypeConverter converter = exchange.getContext().getTypeConverter();
        return endpoint.getCharset() == null
                ? converter.mandatoryConvertTo(byte[].class, exchange, record)
                : converter.mandatoryConvertTo(String.class, exchange, record).getBytes(charset());
    }

    private byte[] end() {
        String appendChars = endpoint.getAppendChars();
        return appendChars == null ? NOTHING : appendChars.getBytes(charset());
    }

    private Charset charset() {
        return endpoint.getCharset() == null ? StandardCharsets.UTF_8 : Charset.forName(endpoint.getCharset());
    }

    /**
     * Sets attributes as Camel does after every write. A failure does not fail the exchange, as the records are
     * written.
     */
    private void setAttributes(File file, Exchange exchange) {
        if (endpoint.isKeepLastModified()) {
            Long millis = exchange.getIn().getHeader(FileConstants.FILE_LAST_MODIFIED, Long.class);
            if (millis != null && !file.setLastModified(millis)) {
                LOG.warn("{}: keepLastModified could not be done", file);
            }
        }
        if (endpoint.getChmod() != null && !endpoint.getChmod().isEmpty()) {
            setPermissions(file.toPath(), endpoint.getPermissions());
        }
    }

    /** A failure is logged. Some file systems, as that of Windows, have no such permissions. */
    static void setPermissions(Path file, Set<PosixFilePermission> permissions) {
        try {
            Files.setPosixFilePermissions(file, permissions);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn(
                    "{}: chmod={} could not be done: {}",
                    file,
                    PosixFilePermissions.toString(permissions),
                    e.toString());
        }
    }
}
