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
 * Camel's {@code file:} component, its appends made safe. Bound in the registry under the name {@code file} it takes the
 * place of Camel's own; routes are written as ever. All that differs is the producer with {@code fileExist=Append}:
 *
 * <ul>
 *   <li>The body and {@code appendChars} are written by one write. A body that is a {@link java.util.List} is a batch:
 *       each element is followed by {@code appendChars}; elements may be Strings, byte arrays, Camel messages, or
 *       anything that Camel converts to bytes. An empty list writes nothing.
 *   <li>An append that fails, because the disk is full for example, is undone before the exchange fails: when the
 *       exchange is delivered again, neither a broken line nor a repeated one remains.
 *   <li>If {@code appendChars} ends in a newline, a line that a crash of an earlier process cut short is removed from
 *       the file's end before the first append, and handed to the {@link TornLineListener}.
 *   <li>{@code forceWrites} (Camel's option, by default on) is honoured: an exchange is done when its bytes are on the
 *       disk. Camel 4.17 itself accepts that option and does nothing about it.
 *   <li>Text is written in UTF-8 unless {@code charset} says otherwise.
 * </ul>
 *
 * <p>Producers of one component wait for each other where they append to one file. Thread-safe as Camel's components are.
 */
public final class CrashSafeFileComponent extends FileComponent {

    private final CrashSafeAppender appender;

    /** With remnants of lines only logged. */
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
     * Deletes files that routes append to, by the endpoints that there are now, when the day that their name holds has ended and
     * nothing was written to them since. Whatever else lies beside them stays, and no symbolic link is followed.
     *
     * @param root nothing outside of it is touched
     * @param others names of folders in it that are not for routes
     * @param before until when
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

    // Camel finds the following by an annotation that subclasses do not inherit

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
