package io.github.dtstream.camel.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.apache.camel.Exchange;
import org.apache.camel.language.jq.JqFunctions;
import org.apache.camel.language.jq.JqLanguage;
import org.jspecify.annotations.Nullable;

/**
 * Camel's jq, with maps and lists as JSON: {@code header("DtLabels")} is an object, while Camel's own function returns
 * Java's text of it. If it is bound in the registry as {@code jq-language}, it replaces Camel's.
 */
public final class EventJq extends JqLanguage {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    @Override
    public void init() {
        super.init();
        Scope scope = getRootScope();
        add(scope, "header", (exchange, name) -> exchange.getMessage().getHeader(name));
        add(scope, "variable", Exchange::getVariable);
        add(scope, "property", Exchange::getProperty);
    }

    private static void add(Scope scope, String name, BiFunction<Exchange, String, @Nullable Object> lookUp) {
        scope.addFunction(name, 1, new LookUp(lookUp));
        scope.addFunction(name, 2, new LookUp(lookUp));
    }

    /**
     * A function whose argument is a name, with an optional second argument for the value if the name does not exist.
     */
    private static final class LookUp extends JqFunctions.ExchangeAwareFunction {
        private final BiFunction<Exchange, String, @Nullable Object> values;

        private LookUp(BiFunction<Exchange, String, @Nullable Object> values) {
            this.values = values;
        }

        @Override
        protected void doApply(
                Scope scope,
                List<Expression> arguments,
                JsonNode in,
                Path path,
                PathOutput output,
                Version version,
                Exchange exchange)
                throws JsonQueryException {
            arguments.get(0).apply(scope, in, name -> {
                JsonNode value = json(exchange, values.apply(exchange, name.asText()));
                if (value.isNull() && arguments.size() > 1) {
                    arguments.get(1).apply(scope, in, otherwise -> output.emit(otherwise, null));
                } else {
                    output.emit(value, null);
                }
            });
        }

        private static JsonNode json(Exchange exchange, @Nullable Object value) {
            if (value instanceof Map<?, ?> || value instanceof Collection<?>) {
                return MAPPER.valueToTree(value);
            }
            String text = value == null
                    ? null
                    : exchange.getContext().getTypeConverter().convertTo(String.class, exchange, value);
            return text == null ? NullNode.getInstance() : new TextNode(text);
        }
    }
}
