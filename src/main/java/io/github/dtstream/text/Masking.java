package io.github.dtstream.text;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Masks secrets in texts that leave the process: log, health, lists, metrics, reject file, messages. It masks two
 * kinds. Known secrets are the values of secret settings and the tokens in the addresses of sinks; they are masked
 * anywhere and in any encoding. Suspected secrets are passwords and query values in addresses, path segments that look
 * random, and values of parameters with names such as {@code token}. Both are needed, as exceptions of Camel and of
 * HTTP clients print addresses in unforeseen places.
 *
 * <p>Secrets of settings stay known, also after the settings have changed, as what was opened with them goes on. Of the
 * secrets in addresses of endpoints, which routes may make without end, the newest are known.
 *
 * <p>Thread-safe: one lock guards what is added; the known secrets, which texts are masked with, are replaced as a
 * whole.
 */
public final class Masking {
    private static final String MASK = "***";

    /** A shorter secret is not masked: texts would become unreadable, and such a secret can be guessed. */
    private static final int SHORTEST = 4;

    /** A shorter secret is masked only as a whole word. */
    private static final int SHORTEST_ANYWHERE = 8;

    /** A random token has at least this many characters; a webhook's has 20 or more. */
    private static final int SHORTEST_TOKEN = 16;

    /** Bounds the memory, and the time for each text: a route may make addresses for each message. */
    private static final int MOST_OF_ENDPOINTS = 2_000;

    private static final String SECRET_NAMES = "password|passwd|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key"
            + "|private[-_]?key|sig|signature|credentials?";
    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?:.*[._-])?(?:" + SECRET_NAMES + ")|.*(?:password|secret|token|apikey|passphrase)",
            Pattern.CASE_INSENSITIVE);

    /** Anything of the form {@code scheme://user:password@}. */
    private static final Pattern USER_INFO =
            Pattern.compile("(\\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\\s/@:?#]*:)([^\\s/@]+)(?=@)");

    private static final Pattern ADDRESS = Pattern.compile(
            "\\b(?:https?|wss?):(?://)?(?:\\[[0-9a-f:.]+])?" + "(?:[^\\s\"'<>|\\\\^`\\[\\]R]++|RAW\\([^)]*\\)|R)*+",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern QUERY_VALUE = Pattern.compile("(?<=[?&])([^=&?]*)=(RAW\\([^)]*\\)|[^&#)]*)");
    /** Query parameters that are not masked: endpoint options about how to send, not about the sender. */
    private static final Pattern HARMLESS_VALUE =
            Pattern.compile("true|false|GET|POST|PUT|PATCH|DELETE|HEAD|\\{\\{[^}]*}}|\\*\\*\\*|");

    private static final Pattern AUTHORITY = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:(?://)?[^/?#]*");
    private static final Pattern PATH_SEGMENT = Pattern.compile("(?<=/)[^/?#\\s,;)]+");

    /** As {@code name=value} or, in JSON, {@code "name":"value"}. */
    private static final Pattern NAMED = Pattern.compile(
            "((?<![\\w.-])[\\w.-]{0,60}?(?:" + SECRET_NAMES + ")(?:=|\"\\s*:\\s*(?=\")))"
                    + "(RAW\\([^)]*\\)|\"[^\"]*\"|'[^']*'|[^\\s&,;)\\]}\"']+)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern HARMLESS_NAMED = Pattern.compile("true|false|null|…|\\{\\{.*|#.*|\\*\\*\\*");
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "(\\b(?:Basic|Bearer|Token|Digest|ApiKey)\\s+)[A-Za-z0-9._~+/-]{12,}=*", Pattern.CASE_INSENSITIVE);

    private static final Pattern ENCODED = Pattern.compile("%[0-9A-F]{2}");

    private final Set<String> ofSettings = new HashSet<>();
    /** Those that are of no setting; the one that was added longest ago first. */
    private final Set<String> ofEndpoints = new LinkedHashSet<>();

    private boolean hasDropped;

    /** The longest first, as a shorter one may be part of it. */
    private volatile List<String> known = List.of();

    /** Adds secrets of settings. */
    public synchronized void add(Collection<String> secrets) {
        Set<String> forms = allForms(secrets);
        ofEndpoints.removeAll(forms);
        if (ofSettings.addAll(forms)) {
            renew();
        }
    }

    /** Adds a password, and name and password as HTTP's basic authentication encodes them. */
    public void addCredentials(String user, String password) {
        add(credentials(user, password));
    }

    /** Adds the secrets in an address among the settings. */
    public void addSettingsAddress(String address) {
        add(secretsIn(address));
    }

    /**
     * Adds the secrets in the address of a Camel endpoint. If there are too many, those that were added longest ago are
     * dropped.
     *
     * @return whether secrets were dropped for the first time
     */
    public boolean addAddress(String address) {
        return addOfEndpoints(allForms(secretsIn(address)));
    }

    private synchronized boolean addOfEndpoints(Set<String> forms) {
        boolean isNew = false;
        for (String form : forms) {
            if (!ofSettings.contains(form)) {
                // Removed first, so that it becomes the newest again.
                isNew |= !ofEndpoints.remove(form);
                ofEndpoints.add(form);
            }
        }
        if (!isNew) {
            return false;
        }
        boolean drops = ofEndpoints.size() > MOST_OF_ENDPOINTS;
        for (Iterator<String> oldest = ofEndpoints.iterator(); ofEndpoints.size() > MOST_OF_ENDPOINTS; ) {
            oldest.next();
            oldest.remove();
        }
        renew();
        boolean isFirst = drops && !hasDropped;
        hasDropped |= drops;
        return isFirst;
    }

    private synchronized void renew() {
        known = Stream.concat(ofSettings.stream(), ofEndpoints.stream())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private static Set<String> allForms(Collection<String> secrets) {
        Set<String> all = new LinkedHashSet<>();
        for (String secret : secrets) {
            for (String form : forms(secret.strip())) {
                if (form.length() >= SHORTEST) {
                    all.add(form);
                }
            }
        }
        return all;
    }

    private static List<String> credentials(String user, String password) {
        if (password.isEmpty()) {
            return List.of();
        }
        String pair = user + ":" + password;
        return List.of(password, Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static Set<String> secretsIn(String address) {
        Set<String> secrets = new LinkedHashSet<>();
        Matcher user = USER_INFO.matcher(address);
        while (user.find()) {
            String name = user.group(1);
            secrets.add(user.group(2));
            secrets.addAll(credentials(
                    decoded(name.substring(name.indexOf("://") + 3, name.length() - 1)), decoded(user.group(2))));
        }
        int question = address.indexOf('?');
        int path = pathBegin(address);
        Matcher segment = PATH_SEGMENT.matcher(
                address.substring(path, Math.max(path, question < 0 ? address.length() : question)));
        while (segment.find()) {
            if (isToken(segment.group())) {
                secrets.add(segment.group());
            }
        }
        Matcher value = QUERY_VALUE.matcher(address);
        while (value.find()) {
            String plain = value.group(2).replaceAll("^RAW\\((.*)\\)$", "$1");
            String decoded = decoded(plain);
            if (decoded.contains("://") && !SECRET_NAME.matcher(value.group(1)).matches()) {
                secrets.addAll(secretsIn(decoded));
            } else if (!plain.startsWith("#")
                    && (SECRET_NAME.matcher(value.group(1)).matches() || isToken(plain))) {
                secrets.add(plain);
            }
        }
        return secrets;
    }

    /** Whether the value of a setting or parameter of that name is secret. */
    public static boolean isSecretName(String name) {
        return SECRET_NAME.matcher(name).matches();
    }

    /** The text with secrets masked. */
    public String mask(String text) {
        String masked = text;
        for (String secret : known) {
            masked = without(masked, secret);
        }
        if (masked.indexOf(':') >= 0) {
            masked = replace(USER_INFO, masked, found -> found.group(1) + MASK);
            masked = replace(ADDRESS, masked, found -> maskAddress(found.group()));
        }
        if (masked.indexOf('=') >= 0 || masked.indexOf('"') >= 0) {
            masked = replace(NAMED, masked, Masking::maskNamed);
        }
        return replace(AUTHORIZATION, masked, found -> found.group(1) + MASK);
    }

    private static String without(String text, String secret) {
        int at = text.indexOf(secret);
        if (at < 0) {
            return text;
        }
        StringBuilder masked = new StringBuilder(text.length());
        int copied = 0;
        for (; at >= 0; at = text.indexOf(secret, at)) {
            int end = at + secret.length();
            if (secret.length() >= SHORTEST_ANYWHERE || isWord(text, at, end)) {
                masked.append(text, copied, at).append(MASK);
                copied = end;
            }
            at = end;
        }
        return masked.append(text, copied, text.length()).toString();
    }

    private static boolean isWord(String text, int begin, int end) {
        return (begin == 0 || !Character.isLetterOrDigit(text.charAt(begin - 1)))
                && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
    }

    private static String maskAddress(String address) {
        int question = address.indexOf('?');
        int begin = pathBegin(address);
        String path = address.substring(begin, Math.max(begin, question < 0 ? address.length() : question));
        String query = question < 0 ? "" : address.substring(question);
        return address.substring(0, begin)
                + replace(PATH_SEGMENT, path, found -> isToken(found.group()) ? MASK : found.group())
                + replace(
                        QUERY_VALUE,
                        query,
                        found -> HARMLESS_VALUE.matcher(found.group(2)).matches()
                                ? found.group()
                                : found.group(1) + "=" + MASK);
    }

    /** The end of host and port in an address. They are never masked, however long they are. */
    private static int pathBegin(String address) {
        Matcher authority = AUTHORITY.matcher(address);
        return authority.lookingAt() ? authority.end() : 0;
    }

    private static String maskNamed(MatchResult found) {
        String value = found.group(2);
        String quote = value.startsWith("\"") || value.startsWith("'") ? value.substring(0, 1) : "";
        String plain = quote.isEmpty() ? value : value.substring(1, value.length() - 1);
        return plain.isEmpty() || HARMLESS_NAMED.matcher(plain).matches()
                ? found.group()
                : found.group(1) + quote + MASK + quote;
    }

    /**
     * Whether it looks random: long, with letters and digits. The identifiers of projects, devices and events, which
     * have 20 digits of base 32, do not count, nor do expressions, whose braces are encoded by digits in an address.
     */
    private static boolean isToken(String encoded) {
        String text = decoded(encoded);
        return text.length() >= SHORTEST_TOKEN
                && text.chars().anyMatch(Character::isLetter)
                && text.chars().filter(Character::isDigit).count() >= 2
                && !text.contains("{{")
                && !text.contains("${")
                && !text.matches("[a-v0-9]{20}(:\\w+)?")
                && !text.matches("[\\w.-]*[a-z]\\.[a-z]{2,}(:\\d+)?");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // It only looks encoded.
            return text;
        }
    }

    /**
     * The possible encodings: unchanged, in JSON, percent-encoded as a whole, and percent-encoded where an address
     * requires it.
     */
    private static Set<String> forms(String secret) {
        Set<String> forms = new LinkedHashSet<>();
        forms.add(secret);
        forms.add(secret.replace("\\", "\\\\").replace("\"", "\\\""));
        String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        for (String form : List.of(encoded, encoded.replace("+", "%20"), encodedIllegal(secret))) {
            forms.add(form);
            forms.add(replace(ENCODED, form, found -> found.group().toLowerCase(Locale.ROOT)));
        }
        forms.add(decoded(secret));
        try {
            forms.add(URLDecoder.decode(secret, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // It only looks encoded.
        }
        return forms;
    }

    private static String encodedIllegal(String text) {
        try {
            return new URI(null, null, "/" + text, null).toASCIIString().substring(1);
        } catch (URISyntaxException e) {
            return text;
        }
    }

    private static String replace(Pattern pattern, String text, Function<MatchResult, String> replacement) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.replaceAll(found -> Matcher.quoteReplacement(replacement.apply(found))) : text;
    }
}
