package io.github.dtstream.route.flow;

import io.github.dtstream.camel.alarm.DtAlarmConstants;
import io.github.dtstream.camel.message.DtStreamConstants;
import io.github.dtstream.route.flow.Passage.Body;
import io.github.dtstream.route.flow.Passage.Headers;
import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.text.NearestName;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Finds steps that need one event and get the whole batch, and headers that no event has. */
public final class BatchRule implements EventFlow.Rule {
    private static final Pattern HEADER = Pattern.compile(
            "\\$\\{(?:in\\.)?header(?:s|As)?[.\\[:(?]+['\"]?(Dt[A-Za-z0-9_]*)([^}]*)}", Pattern.CASE_INSENSITIVE);
    private static final Pattern JQ_HEADER =
            Pattern.compile("header\\(\"(Dt[A-Za-z0-9_]*)\"()", Pattern.CASE_INSENSITIVE);
    private static final Pattern MEMBER = Pattern.compile("\\??\\.\\w.*");

    private static final Set<String> OF_BATCH = Set.of(DtStreamConstants.PROJECT_ID, DtStreamConstants.RECEIVED_DATE);
    private static final Set<String> OF_EVENT = names(
            DtStreamConstants.EVENT_ID,
            DtStreamConstants.EVENT_TYPE,
            DtStreamConstants.PROJECT_ID,
            DtStreamConstants.DEVICE_ID,
            DtStreamConstants.TIMESTAMP,
            DtStreamConstants.SOURCE,
            DtStreamConstants.DATA,
            DtStreamConstants.RECEIVED,
            DtStreamConstants.RECEIVED_DATE,
            DtStreamConstants.DEVICE_NAME,
            DtStreamConstants.DEVICE_TYPE,
            DtStreamConstants.PRODUCT_NUMBER,
            DtStreamConstants.LABELS);

    /** The headers that {@code dt-alarm} adds. */
    private static final Set<String> OF_ALARM = names(
            DtAlarmConstants.RULE,
            DtAlarmConstants.KIND,
            DtAlarmConstants.STATE,
            DtAlarmConstants.SUBJECT,
            DtAlarmConstants.SEVERITY,
            DtAlarmConstants.SINCE,
            DtAlarmConstants.VALUE,
            DtAlarmConstants.TO,
            DtAlarmConstants.STEP,
            DtAlarmConstants.GROUP,
            DtAlarmConstants.COUNT,
            DtAlarmConstants.LATE,
            DtAlarmConstants.STALE,
            DtAlarmConstants.TEXT);

    private static final String ALARM = "DtAlarm";

    /** Components that take one message. They would send a list of events as Java's {@code toString} text. */
    private static final Set<String> SINGLE = Set.of(
            "http",
            "https",
            "vertx-http",
            "netty",
            "netty-http",
            "jdbc",
            "paho",
            "paho-mqtt5",
            "smtp",
            "smtps",
            "jms",
            "activemq",
            "activemq6",
            "amqp",
            "spring-rabbitmq",
            "nats",
            "redis",
            "spring-redis",
            "telegram",
            "slack");

    private static final Set<String> PARSING = Set.of("jq", "jsonpath", "xpath");
    private static final String SPLIT = "split it first: 'split: {simple: \"${body}\", steps: […]}'";

    /** The names of headers that the routes set themselves. */
    private final Set<String> own;

    public BatchRule(Set<String> own) {
        this.own = Set.copyOf(own);
    }

    private static Set<String> names(String... names) {
        return new TreeSet<>(List.of(names));
    }

    @Override
    public void check(Step step, Passage comes, EventFlow.Site site) {
        if (comes.body() == Body.BATCH) {
            wholeBatch(step, comes, site);
        }
        for (NodeTuple entry :
                step.name().equals("choice") || !step.own().isEmpty() ? step.own() : List.of(step.entry())) {
            texts(entry, comes, site);
        }
        if (step.content() instanceof ScalarNode) {
            texts(step.entry(), comes, site);
        }
    }

    private static void wholeBatch(Step step, Passage comes, EventFlow.Site site) {
        for (EndpointUse use : site.targets(step).uses()) {
            if (SINGLE.contains(use.scheme()) && !step.name().startsWith("poll")) {
                site.error(
                        comes,
                        use.node(),
                        "the whole batch, a list of events, comes to '" + use.scheme() + "', which takes one message",
                        SPLIT);
            }
        }
        boolean isConversion = Set.of("convertBodyTo", "marshal", "unmarshal").contains(step.name());
        boolean isParsed = step.expression(site.languages())
                .filter(expression -> PARSING.contains(expression.language()))
                .isPresent();
        if (isConversion || isParsed) {
            site.error(
                    comes,
                    step.node(),
                    "the whole batch, a list of events, comes to '" + step.name() + "', which is for one event",
                    SPLIT);
        }
    }

    private void texts(NodeTuple entry, Passage comes, EventFlow.Site site) {
        if (entry.getValueNode() instanceof ScalarNode text) {
            String key = Nodes.key(entry);
            if (key.equals("jq") || text.getValue().contains("header(\"Dt")) {
                headers(JQ_HEADER, text, comes, site);
            } else if (key.equals("header") && text.getValue().startsWith("Dt")) {
                header(text.getValue(), "", text, comes, site);
            } else if (!key.equals("constant")) {
                headers(HEADER, text, comes, site);
            }
        }
    }

    private void headers(Pattern form, ScalarNode text, Passage comes, EventFlow.Site site) {
        Matcher header = form.matcher(text.getValue());
        while (header.find()) {
            header(header.group(1), header.group(2), text, comes, site);
        }
    }

    /** Reports an unknown header: an error if its name is near to a known one, else a warning, as a bean may set it. */
    private static void unknown(String name, Node node, Passage comes, EventFlow.Site site) {
        String message = "there is no header '" + name + "'";
        Set<String> known = isOfAlarms(name) ? OF_ALARM : OF_EVENT;
        NearestName.question(name, known)
                .ifPresentOrElse(
                        question -> site.error(comes, node, message, question),
                        () -> site.warning(
                                comes,
                                node,
                                message + " on an event",
                                "there are " + String.join(", ", known) + ", and what the route sets itself"));
    }

    private static boolean isOfAlarms(String name) {
        return name.regionMatches(true, 0, ALARM, 0, ALARM.length());
    }

    private void header(String name, String rest, Node node, Passage comes, EventFlow.Site site) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean isOfEvent = (isOfAlarms(name) ? OF_ALARM : OF_EVENT).stream().anyMatch(name::equalsIgnoreCase);
        boolean isOwn = comes.set().containsKey(lower) || own.contains(lower);
        if (!isOfEvent && !isOwn) {
            unknown(name, node, comes, site);
        } else if (comes.headers() == Headers.OF_BATCH
                && isOfEvent
                && !comes.set().containsKey(lower)
                && OF_BATCH.stream().noneMatch(name::equalsIgnoreCase)) {
            site.error(
                    comes,
                    node,
                    "'" + name + "' is a header of an event, and here is "
                            + (comes.body() == Body.RECORDS ? "the batch again" : "the whole batch"),
                    comes.body() == Body.RECORDS
                            ? "use it inside the split; the batch has " + String.join(" and ", new TreeSet<>(OF_BATCH))
                            : SPLIT);
        } else if (name.equalsIgnoreCase(DtStreamConstants.LABELS)
                && MEMBER.matcher(rest).matches()) {
            String label = rest.replaceFirst("^\\??\\.", "");
            site.error(
                    comes,
                    node,
                    "'${header.DtLabels" + rest + "}' fails for devices without that label",
                    "write '${header.DtLabels[" + label + "]}'");
        }
    }
}
