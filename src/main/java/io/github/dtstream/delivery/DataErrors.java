package io.github.dtstream.delivery;

import java.util.Set;

/**
 * The exceptions that say that what they were given cannot be read, converted or taken: they point at the event. By name,
 * since most of them belong to components that are not in the router's jar; subclasses count, too.
 *
 * <p>What is not here is not known to point at the event, however likely it may be: a good event that is given up is lost,
 * one that is waited for in vain is seen.
 */
final class DataErrors {
    private static final Set<String> NAMES = Set.of(
            // Camel: expressions, conversions, checks
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
            // Java: text that is no number, date, name of a file, or has no bytes in a character set
            "java.lang.NumberFormatException",
            "java.nio.charset.CharacterCodingException",
            "java.nio.file.InvalidPathException",
            "java.time.DateTimeException",
            // data formats
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
            // sinks
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
