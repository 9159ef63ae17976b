package io.github.dtstream.mqtt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A PEM file as Java's key stores are used: the certificates that it holds, and its private key. Keys are in PKCS #8,
 * encrypted or not; of the older forms it says how to convert them.
 */
final class PemStore {
    /** Of the key in the key store in memory; it guards nothing. */
    static final String KEY_PASSWORD = "in-memory";

    private static final String BEGIN = "-----BEGIN ";
    private static final Pattern PART =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /** By which a key is tried, for PKCS #8 names its kind in a form that Java does not tell. */
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");

    private PemStore() {}

    static boolean isPem(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1).contains(BEGIN);
    }

    /** @return a key store that trusts each of the file's certificates */
    static KeyStore trust(byte[] content) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int number = 0;
        for (Certificate certificate : certificates(content)) {
            store.setCertificateEntry("certificate-" + ++number, certificate);
        }
        if (number == 0) {
            throw new IOException("it is a PEM file without a certificate");
        }
        return store;
    }

    /**
     * @param password of the private key; null if it is not encrypted
     * @return a key store with the file's private key and its certificate chain, under {@link #KEY_PASSWORD}
     */
    static KeyStore keys(byte[] content, char @Nullable [] password) throws GeneralSecurityException, IOException {
        PrivateKey key = key(content, password);
        List<Certificate> chain = certificates(content);
        if (chain.isEmpty()) {
            throw new IOException(
                    "it is a PEM file without a certificate; certificate and private key must stand in one"
                            + " file: cat client.crt client.key > client.pem");
        }
        KeyStore store = empty();
        store.setKeyEntry("key", key, KEY_PASSWORD.toCharArray(), chain.toArray(Certificate[]::new));
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<Certificate> certificates(byte[] content) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> certificates = new ArrayList<>();
        Matcher parts = parts(content);
        while (parts.find()) {
            if (parts.group(1).equals("CERTIFICATE")) {
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(bytes(parts.group(2)))));
            }
        }
        return certificates;
    }

    private static PrivateKey key(byte[] content, char @Nullable [] password)
            throws GeneralSecurityException, IOException {
        Matcher parts = parts(content);
        while (parts.find()) {
            String kind = parts.group(1);
            if (kind.equals("PRIVATE KEY")) {
                return key(new PKCS8EncodedKeySpec(bytes(parts.group(2))));
            }
            if (kind.equals("ENCRYPTED PRIVATE KEY")) {
                return key(decrypted(bytes(parts.group(2)), password));
            }
            if (kind.endsWith(" PRIVATE KEY")) {
                throw new IOException("its private key is in the older form '" + kind
                        + "'; convert it with: openssl pkcs8 -topk8 -nocrypt -in client.key -out client.pk8, and then:"
                        + " cat client.crt client.pk8 > client.pem");
            }
        }
        throw new IOException("it is a PEM file without a private key; certificate and private key must stand in one"
                + " file: cat client.crt client.key > client.pem");
    }

    private static PrivateKey key(PKCS8EncodedKeySpec spec) throws GeneralSecurityException, IOException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // of another kind
            }
        }
        throw new IOException("its private key is none of " + String.join(", ", ALGORITHMS));
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] encrypted, char @Nullable [] password)
            throws GeneralSecurityException, IOException {
        if (password == null || password.length == 0) {
            throw new IOException("its private key is encrypted, and no password is set");
        }
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
        AlgorithmParameters parameters = info.getAlgParameters();
        // PBES2 is only a frame; what is in it stands in the parameters' text
        String algorithm = parameters == null ? info.getAlgName() : parameters.toString();
        try {
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password)),
                    parameters);
            return info.getKeySpec(cipher);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "its private key cannot be decrypted (" + e.getMessage() + "): is the password right?", e);
        }
    }

    private static Matcher parts(byte[] content) {
        return PART.matcher(new String(content, StandardCharsets.ISO_8859_1));
    }

    private static byte[] bytes(String base64) throws IllegalArgumentException {
        return Base64.getMimeDecoder().decode(base64);
    }
}
