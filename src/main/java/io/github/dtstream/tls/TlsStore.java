package io.github.dtstream.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.jspecify.annotations.Nullable;

/**
 * A key or trust store of Camel's parameters, read again for each use: a Java key store, or one PEM file, or several
 * with commas in between ({@code client.crt,client.key}).
 */
final class TlsStore extends KeyStoreParameters {
    private final String what;
    private final KeyStoreParameters given;
    private final boolean forKeys;
    private final @Nullable String keyPassword;
    private final String passwordInMemory;

    private TlsStore(
            String what,
            KeyStoreParameters given,
            boolean forKeys,
            @Nullable String keyPassword,
            String passwordInMemory,
            CamelContext context) {
        this.what = what;
        this.given = given;
        this.forKeys = forKeys;
        this.keyPassword = keyPassword;
        this.passwordInMemory = passwordInMemory;
        setResource(given.getResource());
        setPassword(given.getPassword());
        setType(given.getType());
        setProvider(given.getProvider());
        setCamelContext(context);
    }

    static TlsStore ofTrust(KeyStoreParameters given, CamelContext context) {
        return new TlsStore("trust store", given, false, null, "", context);
    }

    /**
     * @param keyPassword the password of the private key in a PEM file; null if there is none
     * @param passwordInMemory the key's password in the store that is made of a PEM file
     */
    static TlsStore ofKeys(
            KeyStoreParameters given, @Nullable String keyPassword, String passwordInMemory, CamelContext context) {
        return new TlsStore("key store", given, true, keyPassword, passwordInMemory, context);
    }

    @Override
    public void setCamelContext(CamelContext context) {
        super.setCamelContext(context);
        given.setCamelContext(context);
    }

    /**
     * The present content of the files; empty if the store is not in a file.
     *
     * @throws IOException if a file is missing or cannot be read; the message names it
     */
    byte[] content() throws IOException {
        try {
            String resource = parsePropertyValue(given.getResource());
            return resource == null || resource.startsWith("ref:") ? new byte[0] : files(resource);
        } catch (IOException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private byte[] files(String resource) throws IOException {
        String[] files = resource.split(",");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String file : files) {
            try (InputStream in = resolveResource(file.strip())) {
                in.transferTo(all);
            }
            if (files.length > 1) {
                all.write('\n');
            }
        }
        return all.toByteArray();
    }

    @Override
    public KeyStore createKeyStore() throws GeneralSecurityException, IOException {
        byte[] content = content();
        try {
            if (!PemStore.isPem(content)) {
                return given.createKeyStore();
            }
            return forKeys
                    ? PemStore.keys(
                            content,
                            chars(keyPassword),
                            parsePropertyValue(passwordInMemory).toCharArray())
                    : PemStore.trust(content);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private char @Nullable [] chars(@Nullable String text) {
        return text == null ? null : parsePropertyValue(text).toCharArray();
    }

    private IOException unreadable(Exception cause) {
        return new IOException(
                "The " + what + " " + given.getResource() + " cannot be read: " + cause.getMessage(), cause);
    }
}
