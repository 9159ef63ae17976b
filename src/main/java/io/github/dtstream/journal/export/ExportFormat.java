package io.github.dtstream.journal.export;

import io.github.dtstream.journal.Journals;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The words of the format, which the package describes. */
final class ExportFormat {
    static final int VERSION = 1;

    static final String EXPORT = "dtStreamExport";
    static final String ID = "id";
    static final String CREATED = "created";
    static final String JOURNALS = "journals";
    static final String JOURNAL = "journal";
    static final String KIND = "kind";
    static final String FIRST = "first";
    static final String NEXT = "next";
    static final String LAST_RECEIVED = "lastReceived";
    static final String LAST_LIVE = "lastLive";
    static final String CURSORS = "cursors";
    static final String STATE_BYTES = "stateBytes";
    static final String CURSOR = "cursor";
    static final String IDLE_SECONDS = "idleSeconds";
    static final String STATE = "state";
    static final String STATE_BASE64 = "stateBase64";
    static final String END = "end";
    static final String WHOLE = "export";
    static final String RECORDS = "records";
    static final String SHA256 = "sha256";

    private ExportFormat() {}

    static String label(Journals.Kind kind) {
        return kind == Journals.Kind.EVENTS ? "events" : "alarms";
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The digest of everything so far, which can go on. */
    static String soFar(MessageDigest digest) {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
