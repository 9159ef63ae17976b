package example;

import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Writes temperatures to a file. */
@SpringBootApplication
public class Freezers {
    public static void main(String[] args) {
        SpringApplication.run(Freezers.class, args);
    }

    @Bean
    RouteBuilder temperatures() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("dt-stream:{{project}}?subscriber=temperatures")
                        .split(body())
                        .filter(header("DtEventType").isEqualTo("temperature"))
                        .log("${header.DtDeviceName}: ${header.DtData}")
                        .to("file:out?fileName=events.ndjson&fileExist=Append&appendChars=\\n");

                from("dt-alarm:*?project={{project}}&events=changes")
                        .split(body())
                        .setBody(simple("${header.DtAlarmRule} ${header.DtAlarmKind}"))
                        .to("file:out?fileName=alarms.txt&fileExist=Append&appendChars=\\n");
            }
        };
    }
}
