package io.github.dtstream.file;

import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.component.file.FileComponentConfigurer;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.FileEndpointConfigurer;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.spi.PropertyConfigurer;

/**
 * Camel's {@code file:} component with safe appends. If it is bound in the registry as {@code file}, it replaces
 * Camel's own; routes need no change. Only the producer with {@code fileExist=Append} differs:
 *
 * <ul>
 *   <li>The body and {@code appendChars} are written by one write. A body that is a {@link java.util.List} is a batch:
 *       each element is followed by {@code appendChars}; elements may be Strings, byte arrays, Camel messages, or
 *       anything that Camel converts to bytes. An empty list writes nothing.
 *   <li>An append that fails, for example because the disk is full, is undone before the exchange fails. When the
 *       exchange is delivered again, the file has neither a broken nor a repeated line.
 *   <li>If {@code appendChars} ends in a newline, a line that a crash of an earlier process cut short is removed
 *       from the file's end before the first append, and passed to the {@link TornLineListener}.
 *   <li>{@code forceWrites} (Camel's option, on by default) is supported: an exchange is done when its bytes are on
 *       disk, and so are the names of a new file and of its new folders. Camel 4.17 itself accepts the option and
 *       ignores it.
 *   <li>Text is written in UTF-8 unless {@code charset} says otherwise.
 * </ul>
 *
 * <p>Producers of one component wait for each other when they append to the same file. Thread-safe, as Camel's
 * components are.
 */
public final class CrashSafeFileComponent extends FileComponent {

    private final CrashSafeAppender appender;

    /** Only logs the remnants of torn lines. */
    public CrashSafeFileComponent() {
        this((file, remnant) -> {});
    }

    /** @param listener gets the remnants of lines that a crash cut short, before they are removed */
    public CrashSafeFileComponent(TornLineListener listener) {
        this(new SystemStorage(), listener);
    }

    CrashSafeFileComponent(Storage storage, TornLineListener listener) {
        this.appender = new CrashSafeAppender(storage, listener);
    }

    @Override
    protected GenericFileEndpoint<File> buildFileEndpoint(String uri, String remaining, Map<String, Object> parameters)
            throws Exception {
        FileEndpoint plain = (FileEndpoint) super.buildFileEndpoint(uri, remaining, parameters);
        FileEndpoint endpoint = new CrashSafeFileEndpoint(uri, this, appender);
        endpoint.setConfiguration(plain.getConfiguration());
        endpoint.setFile(plain.getFile());
        return endpoint;
    }

    /**
     * Deletes files to which routes append, by the present endpoints, if the day in their name has ended and nothing
     * was written to them since. Other files are kept, and no symbolic link is followed.
     *
     * @param root nothing outside of this folder is deleted
     * @param others names of folders in it that are not for routes
     * @param before files of days that ended before this are deleted
     */
    public DeletedFiles deleteOld(Path root, Set<String> others, Instant before) {
        OldFiles old = new OldFiles(appender, root, others, before);
        DeletedFiles all = DeletedFiles.NONE;
        for (Endpoint endpoint : getCamelContext().getEndpoints()) {
            if (endpoint instanceof CrashSafeFileEndpoint file) {
                all = file.appended()
                        .map(names -> old.delete(file.getFile().toPath(), names))
                        .orElse(DeletedFiles.NONE)
                        .plus(all);
            }
        }
        return all;
    }

    // Camel finds the following by an annotation that subclasses do not inherit.

    @Override
    public String getDefaultName() {
        return "file";
    }

    @Override
    public PropertyConfigurer getComponentPropertyConfigurer() {
        return new FileComponentConfigurer();
    }

    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return new FileEndpointConfigurer();
    }
}
