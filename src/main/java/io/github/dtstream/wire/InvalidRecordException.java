package io.github.dtstream.wire;

import io.github.dtstream.event.Identifier;

/** Thrown if a record is not a valid event; the message is one short sentence with the reason, for the reject file. */
public final class InvalidRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidRecordException(String reason) {
        super(reason);
    }

    /** @param field the name of the field that must be an identifier of the cloud, for the message */
    static String requireIdentifier(String field, String text) throws InvalidRecordException {
        String problem = Identifier.problem(text, Identifier.LONGEST);
        if (problem != null) {
            throw new InvalidRecordException(field + " " + problem);
        }
        return text;
    }
}
