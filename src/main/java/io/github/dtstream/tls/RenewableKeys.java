package io.github.dtstream.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates of a server that can be replaced while it runs. Each handshake uses the keys of one moment from
 * its beginning to its end. Thread-safe.
 */
public final class RenewableKeys extends X509ExtendedKeyManager {
    private static final char END = '.';

    private volatile Keys keys;

    /**
     * The keys in use, and those before them, which handshakes in progress still ask for.
     *
     * @param number counts replacements; names of keys begin with it, so that a handshake gets the certificates that
     *     belong to its key
     */
    private record Keys(
            long number,
            X509ExtendedKeyManager manager,
            @Nullable X509ExtendedKeyManager previous) {}

    /** @throws IllegalArgumentException if the factory has no X.509 keys */
    public RenewableKeys(KeyManagerFactory factory) {
        this.keys = new Keys(0, managerOf(factory), null);
    }

    /**
     * Replaces the keys for handshakes that begin from now on.
     *
     * @throws IllegalArgumentException if the factory has no X.509 keys; nothing is replaced then
     */
    public synchronized void replace(KeyManagerFactory factory) {
        Keys now = keys;
        keys = new Keys(now.number() + 1, managerOf(factory), now.manager());
    }

    private static X509ExtendedKeyManager managerOf(KeyManagerFactory factory) {
        for (KeyManager manager : factory.getKeyManagers()) {
            if (manager instanceof X509ExtendedKeyManager found) {
                return found;
            }
        }
        throw new IllegalArgumentException("there are no X.509 keys");
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Keys now = keys;
        String alias = now.manager().chooseEngineServerAlias(keyType, issuers, engine);
        return alias == null ? null : named(now, alias);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        Keys now = keys;
        String alias = now.manager().chooseServerAlias(keyType, issuers, socket);
        return alias == null ? null : named(now, alias);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        Keys now = keys;
        String[] aliases = now.manager().getServerAliases(keyType, issuers);
        return aliases == null
                ? null
                : Arrays.stream(aliases).map(alias -> named(now, alias)).toArray(String[]::new);
    }

    private static String named(Keys now, String alias) {
        return now.number() + String.valueOf(END) + alias;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        X509ExtendedKeyManager manager = managerFor(alias);
        return manager == null ? null : manager.getCertificateChain(alias.substring(alias.indexOf(END) + 1));
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        X509ExtendedKeyManager manager = managerFor(alias);
        return manager == null ? null : manager.getPrivateKey(alias.substring(alias.indexOf(END) + 1));
    }

    /** The keys that a name is of; null if they were replaced twice since. */
    private @Nullable X509ExtendedKeyManager managerFor(String alias) {
        Keys now = keys;
        int end = alias.indexOf(END);
        long number = end < 0 ? -1 : Long.parseLong(alias.substring(0, end));
        if (number == now.number()) {
            return now.manager();
        }
        return number == now.number() - 1 ? now.previous() : null;
    }

    /** None: these are the keys of a server. */
    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    /** None: these are the keys of a server. */
    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
