package io.github.dtstream.file;

import java.io.File;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.GenericFileProducer;

/** Camel's {@code file:} endpoint, with a producer whose appends are {@link CrashSafeFileComponent safe}. */
final class CrashSafeFileEndpoint extends FileEndpoint {

    private final CrashSafeAppender appender;

    CrashSafeFileEndpoint(String uri, CrashSafeFileComponent component, CrashSafeAppender appender) {
        super(uri, component);
        this.appender = appender;
    }

    @Override
    public GenericFileProducer<File> createProducer() throws Exception {
        GenericFileProducer<File> producer = super.createProducer();
        producer.setOperations(new CrashSafeFileOperations(this, appender));
        return producer;
    }
}
