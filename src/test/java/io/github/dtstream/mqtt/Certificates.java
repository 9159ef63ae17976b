package io.github.dtstream.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Key stores with keys and certificates for a test: an authority, and certificates that it signs. */
public final class Certificates {
    public static final String PASSWORD = "changeit";

    private static final X500Principal AUTHORITY = new X500Principal("CN=authority");

    private final Path directory;
    private final KeyPair keys;
    private final X509Certificate authority;

    /** Makes an authority, and the key store {@code trust.p12} that trusts it. */
    public Certificates(Path directory) throws IOException, GeneralSecurityException {
        this.directory = directory;
        this.keys = newKeys();
        X509v3CertificateBuilder certificate = certificate(AUTHORITY, keys.getPublic());
        certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        this.authority = signed(certificate);
        KeyStore trust = newStore();
        trust.setCertificateEntry("ca", authority);
        store(trust, trust());
    }

    /**
     * Makes a key store {@code NAME.p12} with a key and a certificate with that name, for an address.
     *
     * @param address {@code ip:…} or {@code dns:…}
     */
    public Path issue(String name, String address) throws IOException, GeneralSecurityException {
        KeyPair own = newKeys();
        X509v3CertificateBuilder certificate = certificate(new X500Principal("CN=" + name), own.getPublic());
        int kind = address.startsWith("ip:") ? GeneralName.iPAddress : GeneralName.dNSName;
        GeneralName subject = new GeneralName(kind, address.substring(address.indexOf(':') + 1));
        certificate.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(subject));
        KeyStore store = newStore();
        store.setKeyEntry(
                name, own.getPrivate(), PASSWORD.toCharArray(), new X509Certificate[] {signed(certificate), authority});
        return store(store, directory.resolve(name + ".p12"));
    }

    /** A key store that trusts the authority. */
    public Path trust() {
        return directory.resolve("trust.p12");
    }

    /**
     * Writes a key store's private key and certificates as a PEM file {@code NAME.pem} next to it.
     *
     * @param password encrypts the private key; null for no encryption
     */
    public static Path pem(Path store, String password) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Path file = Path.of(store.toString().replace(".p12", ".pem"));
        try (JcaPEMWriter pem = new JcaPEMWriter(Files.newBufferedWriter(file))) {
            for (String alias : Collections.list(keys.aliases())) {
                if (keys.getKey(alias, PASSWORD.toCharArray()) instanceof PrivateKey key) {
                    pem.writeObject(new JcaPKCS8Generator(key, encryptor(password)));
                    for (Certificate certificate : keys.getCertificateChain(alias)) {
                        pem.writeObject(certificate);
                    }
                } else {
                    pem.writeObject(keys.getCertificate(alias));
                }
            }
        }
        return file;
    }

    private static OutputEncryptor encryptor(String password) throws GeneralSecurityException {
        if (password == null) {
            return null;
        }
        try {
            return new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                    .setProvider(new BouncyCastleProvider())
                    .setPRF(PKCS8Generator.PRF_HMACSHA256)
                    .setPassword(password.toCharArray())
                    .build();
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("EC").generateKeyPair();
    }

    private static X509v3CertificateBuilder certificate(X500Principal subject, PublicKey key) {
        Instant now = Instant.now();
        Duration day = Duration.ofDays(1);
        return new JcaX509v3CertificateBuilder(
                AUTHORITY,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minus(day)),
                Date.from(now.plus(day)),
                subject,
                key);
    }

    private X509Certificate signed(X509v3CertificateBuilder certificate) throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyStore newStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Path store(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }
}
