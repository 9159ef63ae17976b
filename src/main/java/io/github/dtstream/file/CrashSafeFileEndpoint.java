package io.github.dtstream.file;

import java.io.File;
import java.util.Optional;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.GenericFileExist;
import org.apache.camel.component.file.GenericFileProducer;
import org.jspecify.annotations.Nullable;

/** Camel's {@code file:} endpoint, with a producer whose appends are {@link CrashSafeFileComponent safe}. */
final class CrashSafeFileEndpoint extends FileEndpoint {

    private final CrashSafeAppender appender;
    private volatile @Nullable String fileNameText;

    CrashSafeFileEndpoint(String uri, CrashSafeFileComponent component, CrashSafeAppender appender) {
        super(uri, component);
        this.appender = appender;
    }

    /** Keeps the text, as Camel keeps only the expression that it makes of it. */
    @Override
    public void setFileName(String fileName) {
        super.setFileName(fileName);
        fileNameText = fileName;
    }

    /**
     * The files to which a route appends by this endpoint; empty if it does not append, or the name comes with the
     * message.
     */
    Optional<FileNames> appended() {
        return getFileExist() == GenericFileExist.Append
                ? Optional.ofNullable(fileNameText).map(FileNames::of)
                : Optional.empty();
    }

    @Override
    public GenericFileProducer<File> createProducer() throws Exception {
        GenericFileProducer<File> producer = super.createProducer();
        producer.setOperations(new CrashSafeFileOperations(this, appender));
        return producer;
    }
}
