package io.github.dtstream.camel.message;

import java.util.stream.Stream;

/** Routes with a split, as a user may write them; what they name with # is of {@link Observer}. */
final class SplitRoutes {
    private SplitRoutes() {}

    /** @param steps in YAML: the steps of a route, or whole routes */
    record Case(String name, String steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> all() {
        return Stream.of(
                split("one step", "", probe()),
                split("records", "aggregationStrategy: '#records'", dropPings() + probe() + body()),
                split("records of all dropped", "aggregationStrategy: '#records'", "- stop: {}\n"),
                split("no strategy and a stop", "", dropPings() + probe() + body()),
                split("a strategy of one's own", "aggregationStrategy: '#tracking'", probe() + fail()),
                split("a strategy that throws", "aggregationStrategy: '#throwing'", probe()),
                split("a strategy that returns nothing", "aggregationStrategy: '#empty'", probe()),
                split("last part wins", "aggregationStrategy: '#latest'", probe() + body()),
                split("the original", "aggregationStrategy: '#original'", probe() + fail()),
                split("shared unit of work", "shareUnitOfWork: true", probe() + fail()),
                split(
                        "shared unit of work and a strategy",
                        "{shareUnitOfWork: true, aggregationStrategy: '#tracking'}",
                        probe() + fail()),
                split("failing part", "", probe() + fail() + probe()),
                split("failing part with records", "aggregationStrategy: '#records'", probe() + fail() + probe()),
                split("rollback", "", "- rollback: {message: no}\n"),
                split("only rollback mark", "", "- rollback: {markRollbackOnly: true}\n"),
                split("choice", "aggregationStrategy: '#records'", """
                        - choice:
                            when:
                              - simple: "${body} == 'a'"
                                steps: [{setBody: {constant: first}}]
                              - simple: "${body} == 'bad'"
                                steps: [{throwException: {exceptionType: java.io.IOException, message: no}}]
                            otherwise:
                              steps: [{process: {ref: '#probe'}}]
                        """),
                split(
                        "properties and variables of a part",
                        "aggregationStrategy: '#tracking'",
                        """
                        - setProperty: {name: own, simple: "${body}"}
                        - setVariable: {name: mine, simple: "${body}"}
                        - setHeader: {name: own, simple: "${body}"}
                        """ + probe() + "- removeHeaders: {pattern: '*'}\n" + probe()),
                split("try, catch and finally", "", """
                        - doTry:
                            steps:
                              - filter:
                                  simple: "${body} == 'bad'"
                                  steps: [{throwException: {exceptionType: java.io.IOException, message: no}}]
                            doCatch:
                              - exception: [java.io.IOException]
                                steps: [{process: {ref: '#probe'}}]
                            doFinally:
                              steps: [{process: {ref: '#probe'}}]
                        """),
                split(
                        "other threads",
                        "aggregationStrategy: '#records'",
                        "- threads: {poolSize: 1}\n" + probe() + fail()),
                split("delayed", "", "- delay: {constant: 1, asyncDelayed: true}\n" + probe()),
                split("another route", "", "- to: direct:other\n" + probe()),
                split("a route alone", "", "- to: direct:other\n"),
                split(
                        "multicast",
                        "aggregationStrategy: '#tracking'",
                        "- multicast: {steps: [{to: direct:other}, {process: {ref: '#probe'}}]}\n"),
                split("recipients", "", "- recipientList: {constant: 'direct:other,direct:other'}\n"),
                split("loop", "", "- loop: {constant: 2, steps: [{process: {ref: '#probe'}}]}\n"),
                split(
                        "a split in the split",
                        "",
                        "- split: {tokenize: ',', aggregationStrategy: '#latest', steps: [{process: {ref: '#probe'}}]}\n"
                                + probe()),
                split(
                        "a step that changes the list",
                        "aggregationStrategy: '#records'",
                        "- process: {ref: '#emptying'}\n" + probe()),
                split(
                        "a message of its own",
                        "aggregationStrategy: '#records'",
                        "- process: {ref: '#replacing'}\n" + probe()),
                new Case("a split in a try", """
                        - doTry:
                            steps:
                              - split: {id: split, simple: "${body}", steps: [{process: {ref: '#probe'}}, {process: {ref: '#failing'}}]}
                            doCatch:
                              - exception: [java.lang.Exception]
                                steps: [{process: {ref: '#probe'}}]
                        - process: {ref: '#probe'}
                        """),
                new Case("steps before and after", """
                        - setProperty: {name: before, constant: b}
                        - setVariable: {name: v, constant: b}
                        - setHeader: {name: h, constant: b}
                        - split: {id: split, simple: "${body}", aggregationStrategy: '#records', steps: [{process: {ref: '#probe'}}]}
                        - process: {ref: '#probe'}
                        """),
                new Case("two splits", """
                        - split: {id: split, simple: "${body}", steps: [{process: {ref: '#probe'}}]}
                        - split: {simple: "${body}", aggregationStrategy: '#records', steps: [{process: {ref: '#probe'}}]}
                        - split: {simple: "${body}", steps: [{process: {ref: '#probe'}}]}
                        """),
                new Case("a batch that is no list of messages", """
                        - setBody: {constant: "x,y"}
                        - split: {id: split, simple: "${body}", steps: [{process: {ref: '#probe'}}]}
                        """),
                new Case("texts among the parts", """
                        - process: {ref: '#mixing'}
                        - split: {id: split, simple: "${body}", steps: [{process: {ref: '#probe'}}]}
                        """),
                new Case("an empty batch", """
                        - process: {ref: '#emptying'}
                        - split: {id: split, simple: "${body}", steps: [{process: {ref: '#probe'}}]}
                        - process: {ref: '#probe'}
                        """),
                handler("handled", "handled: {constant: 'true'}"),
                handler("continued", "continued: {constant: 'true'}"),
                handler("not handled", "redeliveryPolicy: {maximumRedeliveries: 1, redeliveryDelay: 0}"),
                handler("redelivered and handled", """
                        handled: {constant: 'true'}
                        redeliveryPolicy: {maximumRedeliveries: 2, redeliveryDelay: 0}"""),
                errors(
                        "dead letter channel",
                        "deadLetterChannel: {deadLetterUri: 'direct:dead', redeliveryPolicy: {maximumRedeliveries: 1, redeliveryDelay: 0}}"),
                errors("no error handler", "noErrorHandler: {}"));
    }

    private static Case split(String name, String options, String steps) {
        String given = options.isEmpty() ? "" : options.replaceAll("[{}]", "").replace(", ", "\n") + "\n";
        return new Case(
                name,
                "- split:\n" + ("id: split\nsimple: '${body}'\n" + given + "steps:\n" + steps.indent(2)).indent(4)
                        + "- process: {ref: '#probe'}\n");
    }

    private static Case handler(String name, String options) {
        return routes(
                "onException: " + name,
                "- onException:\n"
                        + ("exception: [java.lang.Exception]\n" + options + "\nsteps: [{process: {ref: '#probe'}}]")
                                .indent(4));
    }

    private static Case errors(String name, String handler) {
        return routes(name, "- errorHandler: {" + handler + "}\n");
    }

    private static Case routes(String name, String handling) {
        return new Case(name, handling + """
                - onCompletion: {steps: [{process: {ref: '#probe'}}]}
                - intercept: {steps: [{process: {ref: '#probe'}}]}
                - route:
                    id: r
                    from:
                      uri: direct:in
                      steps:
                        - split:
                            id: split
                            simple: "${body}"
                            aggregationStrategy: '#tracking'
                            steps: [{process: {ref: '#probe'}}, {process: {ref: '#failing'}}, {process: {ref: '#probe'}}]
                        - process: {ref: '#probe'}
                - route:
                    id: dead
                    from: {uri: direct:dead, steps: [{process: {ref: '#probe'}}]}
                """);
    }

    private static String probe() {
        return "- process: {ref: '#probe'}\n";
    }

    private static String fail() {
        return "- process: {ref: '#failing'}\n";
    }

    private static String body() {
        return "- setBody: {simple: 'record ${body}'}\n";
    }

    private static String dropPings() {
        return "- filter: {simple: \"${body} == 'ping'\", steps: [{stop: {}}]}\n";
    }
}
