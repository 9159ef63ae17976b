package io.github.dtstream.file;

import java.io.File;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.GenericFileProducer;

/** Camel's {@code file:} endpoint, with a producer whose appends are {@link TornProofFileComponent safe}. */
final class TornProofFileEndpoint extends FileEndpoint {

    private final TornProofAppender appender;

    TornProofFileEndpoint(String uri, TornProofFileComponent component, TornProofAppender appender) {
        super(uri, component);
        this.appender = appender;
    }

    @Override
    public GenericFileProducer<File> createProducer() throws Exception {
        GenericFileProducer<File> producer = super.createProducer();
        producer.setOperations(new TornProofFileOperations(this, appender));
        return producer;
    }
}
