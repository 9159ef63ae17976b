package io.github.dtstream.route.check;

import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.text.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Finds unknown components, unknown options, and references to beans that do not exist. */
final class EndpointCheck {
    private static final Set<String> REFERENCES = Set.of(
            "aggregationStrategy", "onPrepare", "idempotentRepository", "aggregationRepository", "errorHandlerRef");
    /** A value that consists of one placeholder. */
    private static final Pattern SETTING = Pattern.compile("\\{\\{\\s*([^{}:?!]+?)\\s*}}");

    private static final String COMPONENTS = "META-INF/services/org/apache/camel/component.properties";

    private static final String FORMATS = "META-INF/services/org/apache/camel/dataformat/";
    /** Keys of the YAML DSL whose data format has another name, or one name for each library. */
    private static final Set<String> NAMED_OTHERWISE = Set.of(
            "avro",
            "bindy",
            "custom",
            "id",
            "json",
            "protobuf",
            "univocityCsv",
            "univocityFixed",
            "univocityTsv",
            "variableReceive",
            "variableSend",
            "description",
            "allowNullBody",
            "disabled",
            "note",
            "yaml");

    private final CamelContext context;
    private final UnaryOperator<String> resolve;
    private final Set<String> declaredBeans;
    private final OptionCatalog catalog;

    /** @param declaredBeans the names under which the files themselves declare beans */
    EndpointCheck(CamelContext context, UnaryOperator<String> resolve, Set<String> declaredBeans) {
        this.context = context;
        this.resolve = resolve;
        this.declaredBeans = declaredBeans;
        this.catalog = new OptionCatalog(context);
    }

    private static Set<String> components(CamelContext context) {
        Set<String> names = new TreeSet<>(context.getComponentNames());
        names.addAll(componentsOnClassPath());
        return names;
    }

    /** The names of the components on the class path. */
    static Set<String> componentsOnClassPath() {
        Set<String> names = new TreeSet<>();
        try {
            ClassLoader loader = EndpointCheck.class.getClassLoader();
            for (URL resource : Collections.list(loader.getResources(COMPONENTS))) {
                try (InputStream in = resource.openStream()) {
                    names.addAll(componentsIn(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    /**
     * The names in a {@code component.properties}. In a jar with all dependencies these files are joined, so that the
     * key occurs several times.
     */
    private static List<String> componentsIn(String text) {
        String key = "components=";
        return text.lines()
                .filter(line -> line.startsWith(key))
                .flatMap(line -> Stream.of(line.substring(key.length()).trim().split("\\s+")))
                .toList();
    }

    List<Finding> check(RouteDocument document, EndpointUse use) {
        List<Finding> findings = new ArrayList<>();
        String scheme = resolve.apply(use.scheme()).replaceFirst("[:?].*", "");
        if (scheme.isEmpty() || scheme.contains("{{") || scheme.contains("${")) {
            return findings;
        }
        if (context.hasComponent(scheme) == null && context.getComponent(scheme, true, false) == null) {
            findings.add(document.error(use.node(), "unknown component '" + scheme + "'", componentHint(scheme)));
            return findings;
        }
        @Nullable
        EndpointUriFactory factory = context.getCamelContextExtension().getEndpointUriFactory(scheme);
        if (use.path().isEmpty() && !use.scheme().contains("{{")) {
            catalog.requiredPath(scheme)
                    .ifPresent(name -> findings.add(document.error(
                            use.node(),
                            "'" + scheme + "' has no " + name,
                            "write it behind a colon, as in '" + scheme + ":…'")));
        }
        use.options().forEach((name, option) -> {
            if (factory != null && !isOption(factory, name)) {
                findings.add(document.error(
                        option.node(), "unknown option '" + name + "' of " + scheme, optionHint(factory, name)));
            }
            catalog.mismatch(scheme, name, resolve.apply(option.value()))
                    .ifPresent(mismatch -> findings.add(document.error(
                            option.node(),
                            "the option '" + name + "' of " + scheme + " takes " + mismatch.expected() + ", not '"
                                    + resolve.apply(option.value()) + "'",
                            mismatch.hint())));
            empty(document, scheme, name, option).ifPresent(findings::add);
            reference(document, option, findings);
        });
        return findings;
    }

    /** The error for a placeholder whose setting is empty, in an option that needs a value. */
    private Optional<Finding> empty(RouteDocument document, String scheme, String name, EndpointUse.Option option) {
        Matcher setting = SETTING.matcher(option.value().trim());
        boolean isMissing =
                setting.matches() && resolve.apply(option.value()).isBlank() && catalog.needsValue(scheme, name);
        return isMissing
                ? Optional.of(document.error(
                        option.node(),
                        "the property '" + setting.group(1) + "' is empty, and the option '" + name + "' of " + scheme
                                + " needs a value",
                        PlaceholderCheck.where(setting.group(1))))
                : Optional.empty();
    }

    /** Finds references of steps to beans: a split's aggregation strategy, a step's thread pool. */
    List<Finding> references(RouteDocument document, Node root) {
        List<Finding> findings = new ArrayList<>();
        Nodes.eachEntry(root, (above, entry) -> {
            if (REFERENCES.contains(Nodes.text(entry.getKeyNode())) && !above.contains("parameters")) {
                String name = Nodes.text(entry.getValueNode()).replaceFirst("^#?", "#");
                reference(document, new EndpointUse.Option(entry.getValueNode(), name), findings);
            }
        });
        return findings;
    }

    private String componentHint(String scheme) {
        if (CamelArtifacts.of(scheme).isPresent()) {
            return "fetch it by java -jar dt-stream-router.jar lib " + scheme + ", and start again";
        }
        return NearestName.question(scheme, components(context))
                .orElse("Camel has none of that name; if it is another's, put its jar into lib/ beside"
                        + " dt-stream-router.jar, and start again");
    }

    private static boolean isOption(EndpointUriFactory factory, String name) {
        return factory.isLenientProperties()
                || factory.propertyNames().contains(name)
                || factory.multiValuePrefixes().values().stream().anyMatch(name::startsWith)
                || name.contains("{{");
    }

    private static @Nullable String optionHint(EndpointUriFactory factory, String name) {
        return NearestName.question(name, factory.propertyNames()).orElse(null);
    }

    private void reference(RouteDocument document, EndpointUse.Option option, List<Finding> findings) {
        String value = resolve.apply(option.value());
        if (value.matches("#(bean:)?[A-Za-z0-9_.-]+")) {
            String name = value.replaceFirst("#(bean:)?", "");
            if (context.getRegistry().lookupByName(name) == null && !declaredBeans.contains(name)) {
                findings.add(document.error(option.node(), "there is no bean '" + name + "'", beanHint(name)));
            }
        }
    }

    /** Finds data formats that are not on the class path. */
    List<Finding> dataFormats(RouteDocument document, Node root) {
        List<Finding> findings = new ArrayList<>();
        Nodes.eachEntry(root, (above, entry) -> {
            String step = above.isEmpty() ? "" : above.get(above.size() - 1);
            String name = Nodes.text(entry.getKeyNode());
            if ((step.equals("marshal") || step.equals("unmarshal"))
                    && !NAMED_OTHERWISE.contains(name)
                    && Stream.of(name, StringHelper.camelCaseToDash(name), name.toLowerCase(Locale.ROOT))
                            .allMatch(
                                    file -> EndpointCheck.class.getClassLoader().getResource(FORMATS + file) == null)) {
                findings.add(document.error(
                        entry.getKeyNode(),
                        "the data format '" + name + "' is not on the class path",
                        "make the text by jq or simple, or add the jar of Camel's that has it, such as camel-csv"));
            }
        });
        return findings;
    }

    String beanHint(String name) {
        Set<String> names = new TreeSet<>(declaredBeans);
        names.addAll(context.getRegistry().findByTypeWithName(Object.class).keySet());
        return NearestName.question(name, names).orElse("declare it under 'beans:' in the file");
    }
}
