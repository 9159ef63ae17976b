package io.github.dtstream.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Private keys in the forms before PKCS #8, which Java does not read: PKCS #1 for RSA ({@code BEGIN RSA PRIVATE KEY},
 * RFC 8017) and SEC 1 for elliptic curves ({@code BEGIN EC PRIVATE KEY}, RFC 5915). PKCS #8 wraps them and names the
 * algorithm. Stateless.
 */
final class OlderKey {
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int CURVE = 0xA0;

    private static final byte[] VERSION = {INTEGER, 1, 0};
    /** rsaEncryption (1.2.840.113549.1.1.1) and NULL */
    private static final byte[] RSA = {
        0x06, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /** id-ecPublicKey (1.2.840.10045.2.1) */
    private static final byte[] EC = {0x06, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};

    private OlderKey() {}

    /** @return the PKCS #8 form of a PKCS #1 key */
    static byte[] ofRsa(byte[] key) {
        return framed(RSA, key);
    }

    /**
     * @return the PKCS #8 form of a SEC 1 key
     * @throws IOException if the key does not name its curve
     */
    static byte[] ofCurve(byte[] key) throws IOException {
        try {
            Reader parts = new Reader(new Reader(key).content(SEQUENCE));
            parts.content(INTEGER);
            parts.content(OCTET_STRING);
            return framed(joined(EC, parts.content(CURVE)), key);
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("its private key is cut short, or does not name its curve", e);
        }
    }

    private static byte[] framed(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, joined(VERSION, der(SEQUENCE, algorithm), der(OCTET_STRING, key)));
    }

    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {(byte) tag, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return joined(head, content);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Reads one element after the other; throws an {@link IndexOutOfBoundsException} if one is missing. */
    private static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] content(int tag) throws IOException {
            if ((bytes[at++] & 0xFF) != tag) {
                throw new IOException("its private key is not of the form that its first line names");
            }
            int length = bytes[at++] & 0xFF;
            if (length >= 0x80) {
                int count = length & 0x7F;
                length = 0;
                while (count-- > 0) {
                    length = length << 8 | bytes[at++] & 0xFF;
                }
            }
            if (length < 0 || length > bytes.length - at) {
                throw new IndexOutOfBoundsException(length);
            }
            at += length;
            return Arrays.copyOfRange(bytes, at - length, at);
        }
    }
}
