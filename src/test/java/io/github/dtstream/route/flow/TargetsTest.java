package io.github.dtstream.route.flow;

import static io.github.dtstream.route.flow.Steps.LANGUAGES;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.EndpointUse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to: 'direct:a'                                                 | direct:a          | false",
                "to: {uri: '{{sink}}', parameters: {x: y}}                      | file:out          | false",
                "toD: 'file:${header.x}'                                        | file:${header.x}  | false",
                "toD: '${header.x}'                                             |                   | true",
                "recipientList: {constant: 'direct:a,direct:b'}                 | direct:a direct:b | false",
                "recipientList: {simple: 'direct:a;{{sink}}', delimiter: ';'}   | direct:a file:out | false",
                "routingSlip: {constant: 'direct:a#direct:b', uriDelimiter: '#'}| direct:a direct:b | false",
                "recipientList: {simple: '${header.to}'}                        |                   | true",
                "recipientList: {header: 'to'}                                  |                   | true",
                "recipientList: {jq: '.to'}                                     |                   | true",
                "enrich: {constant: 'direct:a,b'}                               | direct:a,b        | false",
                "log: 'direct:a'                                                |                   | false",
                "bean: {ref: b}                                                 |                   | false"
            })
    void tellsWhereAStepSendsTo(String step, String addresses, boolean open) {
        Targets targets = targets(step);

        assertThat(targets.uses())
                .extracting(EndpointUse::address)
                .isEqualTo(addresses == null ? List.of() : List.of(addresses.split(" ")));
        assertThat(targets.isOpen()).isEqualTo(open);
    }

    @Test
    void keepsTheOptionsOfAnAddressInASetting() {
        EndpointUse use =
                targets("to: {uri: '{{sink}}', parameters: {x: y}}").uses().get(0);

        assertThat(use.option("x")).contains("y");
        assertThat(use.scheme()).isEqualTo("file");
    }

    @Test
    void tellsWhichOfTheAddressesThereAreAnAddressMayLeadTo() {
        Set<String> there = new TreeSet<>(Set.of("direct:a1", "direct:a2", "direct:b", "seda:a1"));

        assertThat(Targets.among(there, targets("to: 'direct:b'").uses().get(0)))
                .containsExactly("direct:b");
        assertThat(Targets.among(there, targets("to: 'direct:c'").uses().get(0)))
                .isEmpty();
        assertThat(Targets.among(
                        there, targets("toD: 'direct:a${header.x}'").uses().get(0)))
                .containsExactly("direct:a1", "direct:a2");
    }

    private static Targets targets(String step) {
        return Targets.of(Steps.one("- " + step), LANGUAGES, text -> text.replace("{{sink}}", "file:out"));
    }
}
