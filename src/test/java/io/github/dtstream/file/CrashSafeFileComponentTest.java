package io.github.dtstream.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.storage.FaultyStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashSafeFileComponentTest {

    @TempDir
    Path directory;

    private final FaultyStorage files = new FaultyStorage();
    private final ConcurrentLinkedQueue<String> remnants = new ConcurrentLinkedQueue<>();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private ProducerTemplate template;

    @BeforeEach
    void start() {
        context.getRegistry()
                .bind(
                        "file",
                        new CrashSafeFileComponent(files, (file, remnant) -> remnants.add(new String(remnant, UTF_8))));
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aYamlRouteAppendsLines() throws Exception {
        load("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to:
                            uri: file:%s
                            parameters:
                              fileName: "${date:now:yyyy}/${header.device}.ndjson"
                              fileExist: Append
                              appendChars: "\\\\n"
                """.formatted(directory));

        template.sendBodyAndHeader("direct:in", "one", "device", "a");
        template.sendBodyAndHeader("direct:in", "two".getBytes(UTF_8), "device", "a");
        template.sendBodyAndHeader("direct:in", "three", "device", "b");

        Path year = Files.list(directory).findFirst().orElseThrow();
        assertThat(year.resolve("a.ndjson")).hasContent("one\ntwo\n");
        assertThat(year.resolve("b.ndjson")).hasContent("three\n");
    }

    @Test
    void aRouteAppendsABatchThatItAggregatedByASplit() throws Exception {
        load("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - split:
                            simple: "${body}"
                            aggregationStrategy: "#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy"
                            steps:
                              - setBody:
                                  simple: "<${body}>"
                        - to:
                            uri: file:%s
                            parameters:
                              fileName: lines
                              fileExist: Append
                              appendChars: "\\\\n"
                """.formatted(directory));

        template.sendBody("direct:in", List.of("one", "two", "three"));
        template.sendBody("direct:in", List.of("four"));

        assertThat(directory.resolve("lines")).hasContent("<one>\n<two>\n<three>\n<four>\n");
    }

    @Test
    void takesWhateverCamelCanTurnIntoBytes() throws Exception {
        DefaultMessage message = new DefaultMessage(context);
        message.setBody("message");
        Path source = Files.writeString(directory.resolve("source"), "file");

        template.sendBody(
                lines("out"),
                List.of("text", "bytes".getBytes(UTF_8), message, new ByteArrayInputStream("part".getBytes(UTF_8))));
        template.sendBody(lines("out"), new ByteArrayInputStream("stream".getBytes(UTF_8)));
        template.sendBody(lines("out"), source.toFile());
        template.sendBody(lines("out"), List.of());

        assertThat(directory.resolve("out")).hasContent("text\nbytes\nmessage\npart\nstream\nfile\n");
    }

    @Test
    void aBatchWithARecordThatCannotBeWrittenWritesNothing() {
        List<Object> records = new ArrayList<>(List.of("one", Map.of("a", new Object())));

        assertThatThrownBy(() -> template.sendBody(lines("out"), records)).isInstanceOf(CamelExecutionException.class);
        records.set(1, null);
        assertThatThrownBy(() -> template.sendBody(lines("out"), records))
                .rootCause()
                .hasMessageContaining("record that is null");

        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void writesInTheCharsetOfTheEndpoint() {
        template.sendBody(lines("latin") + "&charset=ISO-8859-1", List.of("Küche", "Büro"));
        template.sendBody(lines("utf"), "Küche");

        assertThat(directory.resolve("latin")).usingCharset(ISO_8859_1).hasContent("Küche\nBüro\n");
        assertThat(directory.resolve("utf")).usingCharset(UTF_8).hasContent("Küche\n");
    }

    @Test
    void aFailedBatchIsThereOnceAfterItsRedelivery() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
                from("direct:in").to(lines("out"));
            }
        });
        template.sendBody("direct:in", List.of("one", "two"));
        // The operations are open, length, and then the write.
        files.failOperations(3, 3);

        template.sendBody("direct:in", List.of("three", "four"));

        assertThat(files.failures()).isOne();
        assertThat(directory.resolve("out")).hasContent("one\ntwo\nthree\nfour\n");
    }

    @Test
    void aTornLineIsHandedOverBeforeTheFirstAppend() throws Exception {
        Files.writeString(directory.resolve("out"), "whole\n{\"eventId\":\"c");

        template.sendBody(lines("out"), "next");
        template.sendBody(lines("out"), "last");

        assertThat(directory.resolve("out")).hasContent("whole\nnext\nlast\n");
        assertThat(remnants).containsExactly("{\"eventId\":\"c");
    }

    @Test
    void theFoldersOfANewFileSurviveAPowerCutIfItDoes() {
        List<String> done = new ArrayList<>();
        files.watch((operation, file) -> done.add(operation + " " + directory.relativize(file)));

        template.sendBody(lines("2026/11/events"), "one");
        assertThat(done)
                .as("the storage syncs the parent of each folder that it makes")
                .containsSubsequence(
                        "CREATE_DIRECTORIES 2026/11", "OPEN 2026/11/events", "FORCE 2026/11/events", "SYNC 2026/11");
        done.clear();
        template.sendBody(lines("2026/11/events"), "two");
        template.sendBody(lines("2027/events") + "&forceWrites=false", "three");

        assertThat(done).noneMatch(each -> each.startsWith("CREATE_DIRECTORIES") || each.startsWith("SYNC"));
        assertThat(directory.resolve("2026/11/events")).hasContent("one\ntwo\n");
        assertThat(directory.resolve("2027/events")).hasContent("three\n");
    }

    @Test
    void newFoldersHaveThePermissionsOfTheEndpoint() throws Exception {
        template.sendBody(lines("2026/11/events") + "&chmodDirectory=750", "one");

        for (String made : List.of("2026", "2026/11")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(made))))
                    .as(made)
                    .isEqualTo("rwxr-x---");
        }
    }

    @Test
    void aFolderThatCannotBeMadeFailsTheExchange() throws Exception {
        Files.writeString(directory.resolve("2026"), "a file");

        assertThatThrownBy(() -> template.sendBody(lines("2026/11/events"), "one"))
                .rootCause()
                .isInstanceOf(IOException.class);
    }

    @Test
    void routesThatAppendToOneFileDoNotMixTheirLines() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:a?size=1000").to(lines("shared") + "&forceWrites=false");
                from("seda:b?size=1000").to(lines("shared") + "&forceWrites=false&allowNullBody=true");
                from("seda:c?size=1000").to(lines("./shared") + "&forceWrites=false");
            }
        });
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            for (String name : List.of("a", "b", "c")) {
                List<String> batch = List.of((name + i + ".").repeat(100), name + i, (name + "-" + i).repeat(30));
                expected.addAll(batch);
                template.sendBody("seda:" + name, batch);
            }
        }

        context.getShutdownStrategy().setTimeout(300);
        context.getShutdownStrategy().setTimeUnit(TimeUnit.SECONDS);
        context.stop();

        assertThat(Files.readAllLines(directory.resolve("shared"))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void everythingButAppendIsCamels() throws Exception {
        String target = "file:" + directory + "?fileName=out";
        template.sendBody(target, "one");
        template.sendBody(target, "two");
        assertThat(directory.resolve("out")).hasContent("two");

        template.sendBody(target + "&fileExist=Ignore", "three");
        assertThat(directory.resolve("out")).hasContent("two");

        template.sendBody(target + "&tempFileName=out.tmp", "four");
        assertThat(directory.resolve("out")).hasContent("four");

        assertThatThrownBy(() -> template.sendBody(target + "&fileExist=Fail", "five"))
                .rootCause()
                .hasMessageContaining("already exist");
        assertThatThrownBy(() -> template.sendBody(target + "&fileExist=Append&tempFileName=x", "six"))
                .rootCause()
                .hasMessageContaining("fileExist=Append and tempPrefix");
        assertThatThrownBy(() -> template.sendBodyAndHeader(
                        "file:" + directory.resolve("jail") + "?fileExist=Append", "x", "CamelFileName", "../../x"))
                .rootCause()
                .hasMessageContaining("jailed");
    }

    @Test
    void aConsumerIsCamels() throws Exception {
        Files.writeString(directory.resolve("in"), "content");

        assertThat(context.createConsumerTemplate()
                        .receiveBody("file:" + directory + "?noop=true", 60_000, String.class))
                .isEqualTo("content");
    }

    @Test
    void doneFileAndPermissionsAreSet() throws Exception {
        template.sendBody(lines("out") + "&doneFileName=${file:name}.done&chmod=600", "one");

        assertThat(directory.resolve("out")).hasContent("one\n");
        assertThat(directory.resolve("out.done")).exists();
        assertThat(Files.getPosixFilePermissions(directory.resolve("out"))).hasSize(2);
    }

    @Test
    void keepsLongRunsOfAppendsWhole() throws Exception {
        IntStream.range(0, 500).forEach(i -> template.sendBody(lines("many-" + i % 7), List.of("a" + i, "b" + i)));

        long count = 0;
        for (int i = 0; i < 7; i++) {
            count += Files.readAllLines(directory.resolve("many-" + i)).size();
        }
        assertThat(count).isEqualTo(1000);
    }

    private String lines(String name) {
        return "file:" + directory + "?fileExist=Append&appendChars=RAW(\\n)&fileName=" + name;
    }

    private void load(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("route.camel.yaml", yaml));
    }
}
