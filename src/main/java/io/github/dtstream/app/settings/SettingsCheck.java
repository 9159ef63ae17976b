package io.github.dtstream.app.settings;

import io.github.dtstream.app.settings.SettingsText.Entry;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.text.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds errors in settings; a finding tells the error, its place, and what was probably meant. The start, a reload and
 * {@code validate} use the same check. It never shows a secret. Not thread-safe.
 */
public final class SettingsCheck {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*[?!]*([\\w.-]+)");

    private static final String FORMER_PORT = "dt.management-port";
    private static final String RENAMED =
            " is called dt.http-port now (DT_HTTP_PORT in the environment); its default is 8080, and 0 is any free port";

    private final CamelKeys camel = new CamelKeys();
    private final SettingsText text;
    private final Path routes;
    private final List<Finding> findings = new ArrayList<>();

    private SettingsCheck(SettingsText text, Path routes) {
        this.text = text;
        this.routes = routes;
    }

    /**
     * Checks all settings.
     *
     * @param routes the folder of the route files, which may use properties of their own; it may be absent
     */
    public static List<Finding> findings(Settings settings, Path routes) {
        SettingsCheck check = new SettingsCheck(settings.text(), routes);
        check.findings.addAll(check.text.findings());
        check.lookAtNames();
        check.lookAtValues();
        check.lookAtAccounts(settings);
        check.lookAtKafka(settings);
        if (check.findings.stream().noneMatch(Finding::isError)) {
            HttpSettings.of(settings).complaint().ifPresent(check::sayAboutHttp);
            if (pushesUnsigned(settings)) {
                check.sayAboutHttp(
                        Setting.ROUTE_DATA_CONNECTOR.key() + "=true needs the Data Connector's signature secret: set "
                                + Setting.DATA_CONNECTOR_SECRET.key());
            }
        }
        check.findings.sort(Comparator.comparingInt(Finding::line));
        return check.findings;
    }

    private static boolean pushesUnsigned(Settings settings) {
        return settings.get(Setting.ROUTE_DATA_CONNECTOR).equals("true")
                && settings.get(Setting.DATA_CONNECTOR_SECRET).isBlank()
                && settings.camel(CamelKeys.COMPONENT + "dt-stream.signatureSecret")
                        .isEmpty();
    }

    private void sayAboutHttp(String complaint) {
        findings.add(text.entries().stream()
                .filter(entry -> complaint.startsWith(entry.key() + "="))
                .map(Entry::source)
                .reduce((one, other) -> other)
                .orElse(SettingSource.program(Setting.HTTP_HOST.key()))
                .error(complaint));
    }

    /**
     * Refuses settings that are wrong.
     *
     * @return the warnings
     * @throws ConfigurationException if there is an error; the message has all findings
     */
    public static List<Finding> require(Settings settings, Path routes) throws ConfigurationException {
        List<Finding> findings = findings(settings, routes);
        if (!errors(findings).isEmpty()) {
            throw new ConfigurationException("These settings are wrong:\n  "
                    + String.join(
                            "\n  ", findings.stream().map(Finding::toString).toList()));
        }
        return findings;
    }

    /**
     * Reads the settings of this process again, after the file has changed.
     *
     * @throws IllegalStateException if the file cannot be read, or holds an error
     */
    public static Settings hereAgain(Path routes) {
        try {
            Settings settings = Settings.here();
            List<Finding> errors = errors(findings(settings, routes));
            if (!errors.isEmpty()) {
                throw new IllegalStateException(errors.stream()
                        .map(error -> (error.line() == 0 ? "" : "line " + error.line() + ": ") + error.message())
                        .collect(Collectors.joining("; ")));
            }
            return settings;
        } catch (ConfigurationException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static List<Finding> errors(List<Finding> findings) {
        return findings.stream().filter(Finding::isError).toList();
    }

    private void lookAtNames() {
        Set<String> known = new TreeSet<>(Setting.names());
        Map<String, Entry> before = new HashMap<>();
        Optional<Set<String>> used = Optional.empty();
        for (Entry entry : text.entries()) {
            if (entry.source().line() > 0) {
                sayIfTwice(before.put(entry.key(), entry), entry);
            }
            if (!known.contains(entry.key())
                    && !AccountKey.isKnown(entry.key())
                    && !KafkaKey.isKnown(entry.key())
                    && !entry.key().startsWith("camel.")) {
                used = Optional.of(used.orElseGet(this::usedNames));
                sayIfStrange(entry, used.get());
            }
        }
        if (!text.strangers().isEmpty()) {
            Set<String> usedVariables = new TreeSet<>();
            used.orElseGet(this::usedNames).forEach(name -> usedVariables.add(Setting.environmentVariable(name)));
            new TreeMap<>(text.strangers()).forEach((variable, value) -> sayIfStrange(variable, value, usedVariables));
        }
    }

    private void sayIfTwice(@Nullable Entry first, Entry second) {
        if (first != null && !first.value().equals(second.value())) {
            findings.add(second.source()
                    .warning(
                            second.key() + " is set twice, in lines "
                                    + first.source().line() + " and "
                                    + second.source().line(),
                            "the later one counts"));
        }
    }

    private void sayIfStrange(Entry entry, Set<String> used) {
        String name = entry.source().name();
        if (entry.key().equals(FORMER_PORT)) {
            findings.add(entry.source().error(name + RENAMED));
            return;
        }
        if (entry.key().startsWith(AccountKey.PREFIX)) {
            findings.add(entry.source()
                    .error(name
                            + " is no setting of a service account: it is dt.account.NAME.PART, NAME of lower-case letters,"
                            + " digits and hyphens, and PART one of " + AccountKey.labels()));
            return;
        }
        if (entry.key().startsWith(KafkaKey.PREFIX)) {
            findings.add(entry.source().error(name + KafkaKey.complaint()));
            return;
        }
        Optional<String> nearest = NearestName.question(entry.key(), Setting.names(), key -> likeIn(name, key));
        boolean ours = entry.key().startsWith("dt.");
        if (used.contains(entry.key()) || (!ours && nearest.isEmpty())) {
            return;
        }
        findings.add(entry.source()
                .warning(
                        name + " is no setting of the router, and no route uses it",
                        nearest.orElse("README.md lists the settings; routes can use it as {{" + entry.key() + "}}")));
    }

    private static String likeIn(String name, String key) {
        return name.startsWith("-D") ? "-D" + key : key;
    }

    private void sayIfStrange(String variable, String value, Set<String> used) {
        SettingSource source = SettingSource.environment(variable);
        if (variable.equals(Setting.environmentVariable(FORMER_PORT))) {
            findings.add(source.error(variable + RENAMED));
        } else if (variable.toUpperCase(Locale.ROOT).startsWith("CAMEL_")) {
            sayIfNotLiteral(source, variable, value);
        } else if (!used.contains(variable)) {
            List<String> variables =
                    Setting.names().stream().map(Setting::environmentVariable).toList();
            findings.add(source.warning(
                    variable + " is no setting of the router",
                    NearestName.question(variable, variables, UnaryOperator.identity())
                            .orElse(null)));
        }
    }

    /** Complains of a secret in a variable that Camel reads itself, if Camel would interpret a part of the secret. */
    private void sayIfNotLiteral(SettingSource source, String variable, String value) {
        String key = CamelKeys.ofVariable(variable);
        boolean other = value.contains("{{") || value.startsWith("#") || !value.equals(value.strip());
        if (Secrets.isOption(key) && other && !Secrets.isLookup(value, Set.of())) {
            findings.add(source.error(variable
                    + " holds {{, or begins with #, or has spaces at its ends, which Camel takes for something else;"
                    + " set it in application.properties or with a variable that begins with DT_, which are taken as"
                    + " they stand"));
        }
    }

    private void lookAtValues() {
        Map<String, Entry> last = new TreeMap<>();
        for (Entry entry : text.entries()) {
            sayIfLost(entry);
            last.put(entry.key(), entry);
        }
        for (Entry entry : last.values()) {
            // A value that lost a backslash is not what the user meant, which is reported already.
            if (entry.lost().isEmpty()) {
                lookAtValue(entry);
            }
        }
    }

    private void sayIfLost(Entry entry) {
        if (!entry.lost().isEmpty()) {
            String message = entry.key() + ": the backslash before '" + entry.lost() + "' would vanish";
            boolean path = Setting.of(entry.key())
                    .filter(setting -> setting.rule() instanceof SettingRule.Folder)
                    .isPresent();
            String hint = "write it twice (\\\\)" + (path ? ", or / in its place" : "");
            boolean ours = entry.key().startsWith("dt.") || entry.key().startsWith("camel.");
            findings.add(
                    ours
                            ? entry.source().error(message + "; " + hint)
                            : entry.source().warning(message, hint));
        }
    }

    private void lookAtValue(Entry entry) {
        SettingSource source = entry.source();
        Optional<Setting> setting = Setting.of(entry.key())
                .or(() -> Setting.ofOption(entry.key()))
                .or(() -> AccountKey.of(entry.key()).map(key -> key.part().like()));
        boolean secret = Secrets.holds(entry.key());
        String value = secret ? entry.value() : entry.value().trim();
        if (secret && !value.equals(value.strip())) {
            findings.add(source.warning(
                    source.name() + " begins or ends with a space or a line break, which is taken as a part of it",
                    null));
        }
        if (setting.isPresent() && !value.isEmpty() && !isLookedUp(entry)) {
            setting.get().rule().complaint(source.name(), value).ifPresent(said -> findings.add(source.error(said)));
        } else if (HttpSettings.concerns(entry.key())
                && HttpSettings.complaint(entry.key(), value).isPresent()) {
            HttpSettings.complaint(entry.key(), value)
                    .ifPresent(said -> findings.add(source.error(source.name() + ": " + said)));
        } else if (entry.key().startsWith("camel.") && !secret) {
            camel.complaint(source.name(), entry.key(), value)
                    .ifPresent(said -> findings.add(
                            said.fatal()
                                    ? source.error(said.message() + (said.hint() == null ? "" : "; " + said.hint()))
                                    : source.warning(said.message(), said.hint())));
        }
    }

    private void lookAtAccounts(Settings settings) {
        Map<String, String> owners = new HashMap<>();
        settings.accounts().forEach((name, account) -> {
            sayIfMissing(name, AccountKey.Part.KEY_ID, account.keyId());
            sayIfMissing(name, AccountKey.Part.SECRET, account.secret());
            if (!account.auth().equals("basic")) {
                sayIfMissing(name, AccountKey.Part.EMAIL, account.email());
            }
            for (String project : account.projects()) {
                String other = owners.put(project, name);
                if (other != null && !other.equals(name)) {
                    AccountKey key = new AccountKey(name, AccountKey.Part.PROJECTS);
                    findings.add(source(key.key())
                            .error(key.key() + " names the project " + project + ", and so does "
                                    + new AccountKey(other, AccountKey.Part.PROJECTS).key()
                                    + ": one account reads a project, so take it from one of them"));
                }
            }
        });
    }

    private void lookAtKafka(Settings settings) {
        if (settings.get(Setting.STANDBY).equals("hot") && !settings.has(Setting.KAFKA_GROUP)) {
            findings.add(sourceOf(Setting.STANDBY)
                    .error(Setting.STANDBY.key() + "=hot needs " + Setting.KAFKA_GROUP.key()
                            + ": a router stands by for streams that another one of its group holds"));
        }
        if (!settings.isJournalInKafka()) {
            if (settings.has(Setting.KAFKA_GROUP)) {
                findings.add(sourceOf(Setting.KAFKA_GROUP)
                        .error(Setting.KAFKA_GROUP.key() + " needs " + Setting.JOURNAL.key()
                                + "=kafka: routers share what is in Kafka"));
            }
            return;
        }
        if (!settings.has(Setting.KAFKA_SERVERS)) {
            findings.add(sourceOf(Setting.JOURNAL)
                    .error(Setting.JOURNAL.key() + "=kafka needs " + Setting.KAFKA_SERVERS.key()
                            + ": some of its brokers, host:port with commas between them"));
        }
        if (!KafkaClients.areThere()) {
            findings.add(sourceOf(Setting.JOURNAL)
                    .error(Setting.JOURNAL.key() + "=kafka needs Kafka's client, which is not in the jar: "
                            + KafkaClients.COMMAND + " fetches it"));
        }
    }

    private SettingSource sourceOf(Setting setting) {
        return text.entries().stream()
                .filter(entry -> entry.key().equals(setting.key()))
                .reduce((one, other) -> other)
                .map(Entry::source)
                .orElse(SettingSource.program(setting.key()));
    }

    private void sayIfMissing(String account, AccountKey.Part part, String value) {
        if (value.isEmpty()) {
            AccountKey missing = new AccountKey(account, part);
            findings.add(source(missing.key())
                    .error(missing.key() + " is missing: " + part.like().description()));
        }
    }

    /** The source of that key, or else of the last setting of the same account. */
    private SettingSource source(String key) {
        String account = key.substring(0, key.lastIndexOf('.') + 1);
        return text.entries().stream()
                .filter(entry -> entry.key().startsWith(account))
                .reduce((one, other) -> one.key().equals(key) && !other.key().equals(key) ? one : other)
                .map(Entry::source)
                .orElse(SettingSource.program(key));
    }

    /** Whether the value holds a placeholder. Only values of Camel's keys may hold one. */
    private static boolean isLookedUp(Entry entry) {
        return entry.key().startsWith("camel.") && entry.value().contains("{{");
    }

    /** The names of properties that routes or other settings use in placeholders. */
    private Set<String> usedNames() {
        Set<String> used = new TreeSet<>();
        text.entries().forEach(entry -> addNames(entry.value(), used));
        try (Stream<Path> files = Files.isDirectory(routes) ? Files.list(routes) : Stream.empty()) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                addNames(Files.readString(file), used);
            }
        } catch (IOException e) {
            // Loading the routes reports a file that cannot be read.
        }
        return used;
    }

    private static void addNames(String text, Set<String> used) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            used.add(matcher.group(1));
        }
    }
}
