package io.github.dtstream.route.flow;

import io.github.dtstream.route.flow.Passage.Body;
import io.github.dtstream.route.model.EndpointUse;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Finds file endpoints that keep only one of many events, or append records without a line break. */
public final class FileRule implements EventFlow.Rule {
    private static final Set<String> FILES = Set.of("file", "ftp", "ftps", "sftp", "smb");
    /** Values of {@code fileExist} with which a file holds one event only. */
    private static final Set<String> ONE_EACH = Set.of("override", "ignore", "tryrename", "fail");

    private static final Pattern FUNCTION = Pattern.compile("\\$\\{([^{}]*)}");
    /** Functions that have the same value for many events. */
    private static final Pattern SHARED = Pattern.compile(
            "(?i)(in\\.)?headers?[.\\[:]['\"]?Dt(?!EventId\\b)\\w+.*|date(-with-timezone)?:.*|file:.*|routeId|fromRouteId|camelId"
                    + "|threadName|hostName|sys.*|env.*|properties:.*|random.*");

    @Override
    public void check(Step step, Passage comes, EventFlow.Site site) {
        for (EndpointUse use : site.targets(step).uses()) {
            if (FILES.contains(use.scheme()) && !step.name().startsWith("poll")) {
                check(use, comes, site);
            }
        }
    }

    private static void check(EndpointUse use, Passage comes, EventFlow.Site site) {
        String exists = use.option("fileExist").map(site::resolve).orElse("Override");
        String name = use.option("fileName")
                .map(site::resolve)
                .orElseGet(() -> comes.set().getOrDefault("camelfilename", ""));
        if (exists.equalsIgnoreCase("Append")) {
            lines(use, comes, site);
        } else if (ONE_EACH.contains(exists.toLowerCase(Locale.ROOT))
                && comes.body() != Body.CONSTANT
                && isShared(name)
                && !isNewestOfEach(use, name)) {
            site.error(
                    comes,
                    use.node(),
                    "'" + use.scheme() + "' writes many events to the file '" + name + "', and only "
                            + (exists.equalsIgnoreCase("Override") ? "the last" : "the first") + " of them stays",
                    "set 'fileExist: Append' and 'appendChars: \"\\\\n\"', or a name for each event: "
                            + "\"${header.DtEventId}.json\" inside the split");
        }
    }

    /**
     * Whether the file is meant to hold the newest event of each device: its name has the device, and 'Override' is
     * explicit.
     */
    private static boolean isNewestOfEach(EndpointUse use, String name) {
        return use.option("fileExist").orElse("").equalsIgnoreCase("Override")
                && name.toLowerCase(Locale.ROOT).contains("dtdeviceid");
    }

    /**
     * Whether the name is certainly the same for many events. Without a name Camel makes a new one for each message.
     */
    private static boolean isShared(String name) {
        Matcher function = FUNCTION.matcher(name);
        while (function.find()) {
            if (!SHARED.matcher(function.group(1).trim()).matches()) {
                return false;
            }
        }
        return !name.isBlank() && !name.contains("{{") && !name.contains("$simple{");
    }

    private static void lines(EndpointUse use, Passage comes, EventFlow.Site site) {
        EndpointUse.Option option = use.options().get("appendChars");
        String value = option == null ? "" : site.resolve(option.value());
        Node node = option == null ? use.node() : option.node();
        String hint = "write 'appendChars: \"\\\\n\"' under 'parameters', with two backslashes";
        if (value.contains("\n") || value.contains("\r")) {
            site.error(
                    comes,
                    node,
                    "Camel takes the line break out of 'appendChars', and all records stand on one line",
                    hint);
        } else if (value.isEmpty() && comes.isUnterminated()) {
            site.error(comes, node, "without 'appendChars' all records stand on one line", hint);
        }
    }
}
