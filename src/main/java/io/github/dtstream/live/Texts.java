package io.github.dtstream.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.reading.Quantity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

/** Writes values as JSON. Stateless. */
final class Texts {
    private static final JsonFactory JSON = new JsonFactory();

    private Texts() {}

    /** Writes JSON. */
    interface Writing {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] json(Writing writing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(8 << 10);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            writing.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Writes a number in its shortest exact form, or the name of a state. */
    static void value(JsonGenerator json, Quantity quantity, double value) throws IOException {
        if (!quantity.states().isEmpty()) {
            json.writeString(state(quantity, value));
        } else {
            number(json, value);
        }
    }

    static String state(Quantity quantity, double index) {
        return quantity.states().get((int) index);
    }

    static void number(JsonGenerator json, double value) throws IOException {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            json.writeNumber((long) value);
        } else {
            json.writeNumber(plain(value));
        }
    }

    /** A number without an exponent. */
    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : BigDecimal.valueOf(value).toPlainString();
    }
}
