package io.github.dtstream.tls;

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
 * A PEM file as a Java key store: its certificates, and its private key. Keys are in PKCS #8, encrypted or not, or in
 * one of the older forms without encryption. Stateless.
 */
final class PemStore {
    private static final String BEGIN = "-----BEGIN ";
    private static final String BOTH = "name the files of certificate and private key, with a comma between them"
            + " (client.crt,client.key), or one that holds both";
    private static final Pattern PART =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /** The algorithms to try, as Java does not show the algorithm of a PKCS #8 key. */
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
     * @param password the private key's password; null if it is not encrypted
     * @param passwordInMemory the key's password in the key store
     * @return a key store with the file's private key and its certificate chain
     */
    static KeyStore keys(byte[] content, char @Nullable [] password, char[] passwordInMemory)
            throws GeneralSecurityException, IOException {
        PrivateKey key = key(content, password);
        List<Certificate> chain = certificates(content);
        if (chain.isEmpty()) {
            throw new IOException("it is a PEM file without a certificate; " + BOTH);
        }
        KeyStore store = empty();
        store.setKeyEntry("key", key, passwordInMemory, chain.toArray(Certificate[]::new));
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
                return key(new PKCS8EncodedKeySpec(ofOlderForm(kind, parts.group(2))));
            }
        }
        throw new IOException("it is a PEM file without a private key; " + BOTH);
    }

    private static byte[] ofOlderForm(String kind, String text) throws IOException {
        boolean encrypted = text.contains("ENCRYPTED");
        if (!encrypted && kind.equals("RSA PRIVATE KEY")) {
            return OlderKey.ofRsa(bytes(text));
        }
        if (!encrypted && kind.equals("EC PRIVATE KEY")) {
            return OlderKey.ofCurve(bytes(text));
        }
        throw new IOException("its private key is in the older form '" + kind + (encrypted ? "', encrypted" : "'")
                + "; convert it with: openssl pkcs8 -topk8 -in client.key -out client.pk8");
    }

    private static PrivateKey key(PKCS8EncodedKeySpec spec) throws GeneralSecurityException, IOException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // The key is of another algorithm.
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
        // PBES2 is only a wrapper; the parameters' text has the algorithm.
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
