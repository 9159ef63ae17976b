package io.github.dtstream.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.jspecify.annotations.Nullable;

/** A key or trust store as Camel's parameters name it, read anew each time it is asked for; PEM files, too. */
final class TlsStore extends KeyStoreParameters {
    private final String what;
    private final KeyStoreParameters given;
    private final boolean forKeys;
    private final char @Nullable [] keyPassword;
    private byte @Nullable [] pem;

    private TlsStore(
            String what,
            KeyStoreParameters given,
            boolean forKeys,
            @Nullable String keyPassword,
            CamelContext context) {
        this.what = what;
        this.given = given;
        this.forKeys = forKeys;
        this.keyPassword = keyPassword == null ? null : keyPassword.toCharArray();
        setCamelContext(context);
        given.setCamelContext(context);
    }

    /** @throws IOException if the file is not there or cannot be read */
    static TlsStore ofTrust(KeyStoreParameters given, CamelContext context) throws IOException {
        return new TlsStore("trust store", given, false, null, context).look();
    }

    /**
     * @param keyPassword of the private key; null: that of the store
     * @throws IOException if the file is not there or cannot be read
     */
    static TlsStore ofKeys(KeyStoreParameters given, @Nullable String keyPassword, CamelContext context)
            throws IOException {
        String password = keyPassword == null ? given.getPassword() : keyPassword;
        return new TlsStore("key store", given, true, password, context).look();
    }

    /** Whether it is a PEM file; its key then has the password {@link PemStore#KEY_PASSWORD}. */
    boolean isPem() {
        return pem != null;
    }

    private TlsStore look() throws IOException {
        String resource = given.getResource();
        if (resource == null || resource.startsWith("ref:")) {
            return this;
        }
        try (InputStream in = resolveResource(parsePropertyValue(resource))) {
            if (in == null) {
                throw new IOException("there is no such file");
            }
            byte[] content = in.readAllBytes();
            pem = PemStore.isPem(content) ? content : null;
            return this;
        } catch (IOException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    @Override
    public KeyStore createKeyStore() throws GeneralSecurityException, IOException {
        byte[] content = pem;
        try {
            if (content == null) {
                return given.createKeyStore();
            }
            return forKeys ? PemStore.keys(content, keyPassword) : PemStore.trust(content);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private IOException unreadable(Exception cause) {
        return new IOException(
                "The " + what + " " + given.getResource() + " cannot be read: " + cause.getMessage(), cause);
    }
}
