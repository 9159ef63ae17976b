package io.github.dtstream.delivery;

import java.util.Set;

/**
 * Exceptions that show that data could not be read, converted or accepted, so they point at the event. They are listed
 * by name, as most belong to components that are not in the router's jar; subclasses count, too.
 *
 * <p>An exception that is not listed is not known to point at the event, however likely that may be. A good event that
 * is given up is lost; one that is tried in vain is noticed.
 */
final class DataErrors {
    private static final Set<String> NAMES = Set.of(
            // Camel: expressions, conversions, checks.
            "org.apache.camel.ExpressionEvaluationException",
            "org.apache.camel.InvalidPayloadException",
            "org.apache.camel.InvalidPayloadRuntimeException",
            "org.apache.camel.NoSuchHeaderException",
            "org.apache.camel.NoSuchHeaderOrPropertyException",
            "org.apache.camel.NoSuchPropertyException",
            "org.apache.camel.NoSuchVariableException",
            "org.apache.camel.NoTypeConversionAvailableException",
            "org.apache.camel.TypeConversionException",
            "org.apache.camel.ValidationException",
            // Java: text that is not a number, date or file name, or has no bytes in a character set.
            "java.lang.NumberFormatException",
            "java.nio.charset.CharacterCodingException",
            "java.nio.file.InvalidPathException",
            "java.time.DateTimeException",
            // Data formats.
            "com.fasterxml.jackson.core.JacksonException",
            "com.jayway.jsonpath.JsonPathException",
            "com.google.gson.JsonParseException",
            "com.google.protobuf.InvalidProtocolBufferException",
            "org.apache.avro.AvroRuntimeException",
            "org.apache.commons.csv.CSVException",
            "org.bson.BsonSerializationException",
            "org.bson.codecs.configuration.CodecConfigurationException",
            "org.bson.json.JsonParseException",
            "org.xml.sax.SAXParseException",
            "org.yaml.snakeyaml.error.MarkedYAMLException",
            // Sinks.
            "com.influxdb.exceptions.BadRequestException",
            "com.influxdb.exceptions.RequestEntityTooLargeException",
            "com.influxdb.exceptions.UnprocessableEntityException",
            "com.mongodb.DuplicateKeyException",
            "io.nats.client.impl.PayloadTooLargeException",
            "jakarta.jms.MessageFormatException",
            "javax.jms.MessageFormatException",
            "org.apache.kafka.common.InvalidRecordException",
            "org.apache.kafka.common.errors.InvalidTimestampException",
            "org.apache.kafka.common.errors.RecordBatchTooLargeException",
            "org.apache.kafka.common.errors.RecordTooLargeException",
            "org.apache.kafka.common.errors.SerializationException",
            "org.bson.BsonMaximumSizeExceededException",
            "software.amazon.awssdk.services.sqs.model.InvalidMessageContentsException");

    private DataErrors() {}

    static boolean contains(Throwable failure) {
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            if (NAMES.contains(type.getName())) {
                return true;
            }
        }
        return false;
    }
}
