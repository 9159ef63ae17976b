package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.page.Browser;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The packaged jar's page in a real browser, with a simulated cloud. */
class PageIT {
    private static final Logger LOG = LoggerFactory.getLogger(PageIT.class);
    /** A gap is closed after the cloud's indexing delay, and after the history of every device was read. */
    private static final Duration UNTIL_FILLED = Duration.ofMinutes(2);

    private static final String RULES = """
            alarms:
              - alarm: freezer-too-warm
                devices: {label: {zone: freezer}}
                value: temperature
                raise: {above: -15}
                clear: {below: -18}
                severity: critical
                acknowledge: {lasts: 4h}
            """;

    @TempDir
    private Path folder;

    @Test
    void showsValuesAnAlarmAnInterruptionAndHowItsGapIsFilled() throws Exception {
        try (Browser browser = Browser.start();
                SimulatedCloud cloud =
                        SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1))) {
            String freezer =
                    cloud.addDevice(DeviceType.TEMPERATURE, Map.of("name", "Freezer <b>1</b>", "zone", "freezer"));
            JarProcess.Setup setup = new JarProcess.Setup(folder)
                    .shippedRoutes()
                    .cloud(cloud)
                    .property("camel.component.dt-stream.pingJitter", "3s");
            Files.writeString(folder.resolve("routes/alarms.yaml"), RULES);
            try (JarProcess router = setup.start()) {
                router.awaitOutput("live");
                URI page = page(router);
                browser.size(1280, 860, 1);
                browser.open(page);
                browser.until("document.body.dataset.connection === 'open'");

                showsValuesAsTheyCome(browser, cloud, freezer);
                showsAnAlarmUntilItIsOver(browser, cloud, freezer);
                showsAnInterruptionAndItsGap(browser, cloud, freezer);
                showsEveryViewWithoutComplaint(browser);
            }
        }
    }

    private URI page(JarProcess router) throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        router.await("port", () -> Files.exists(data.resolve("management.port")));
        return URI.create("http://127.0.0.1:" + ManagementEndpointFile.portOf(data) + "/#token="
                + ManagementEndpointFile.tokenOf(data));
    }

    private static void temperature(SimulatedCloud cloud, String device, double value) {
        cloud.publish(device, "temperature", "{\"value\":" + value + "}");
    }

    private static void showsValuesAsTheyCome(Browser browser, SimulatedCloud cloud, String freezer) {
        browser.view("sensors");
        for (double value : new double[] {-20.5, -21.5}) {
            temperature(cloud, freezer, value);
            browser.until("document.querySelector('.s-row .value')?.textContent === '−" + -value + " °C'");
        }
        assertThat(browser.text(".vt-body .s-row .name")).isEqualTo("Freezer <b>1</b>");
    }

    private static void showsAnAlarmUntilItIsOver(Browser browser, SimulatedCloud cloud, String freezer) {
        temperature(cloud, freezer, -10.5);
        browser.until("!document.getElementById('alarm-badge').hidden");
        browser.view("alarms");
        browser.click("[data-do=acknowledge]");
        browser.element("#who").sendKeys("Kari");
        browser.click("dialog button.main");
        browser.until("document.querySelector('.content h2')?.textContent.startsWith('Acknowledged')"
                + " && document.querySelector('.person').textContent === 'Kari'");
        browser.click("details.around summary");
        browser.until("document.querySelector('.small-plot canvas')");

        temperature(cloud, freezer, -20.5);
        browser.until("document.querySelector('.content').textContent.includes('No alarm')");
        browser.view("alarms?part=past");
        browser.until("document.querySelector('.card.past .person')?.textContent === 'Kari'");
    }

    private static void showsAnInterruptionAndItsGap(Browser browser, SimulatedCloud cloud, String freezer) {
        browser.view("now");
        browser.until("document.querySelector('[data-key=stream] .big')?.textContent === 'receiving'");
        long began = System.nanoTime();
        cloud.faults().historyOnly(1);
        cloud.faults().silence(Duration.ofMinutes(10));
        temperature(cloud, freezer, -22.5);
        browser.until("document.querySelector('[data-key=stream] .big').textContent !== 'receiving'");
        long seen = since(began);
        cloud.faults().clear();
        LOG.info("a silent stream is seen on the page after {} ms; a ping is due after 4 s", seen);
        browser.until("document.querySelector('.row.gap')", UNTIL_FILLED);
        browser.until(
                "document.querySelector('.row.gap.closed') && !document.querySelector('.row.gap:not(.closed)')",
                UNTIL_FILLED);
        LOG.info("its gap is filled after {} ms", since(began));

        browser.view("graphs?s=" + freezer + "%2Ftemperature&range=1h");
        browser.until("document.querySelector('.plot canvas')");
        browser.click("details.behind summary");
        browser.until("[...document.querySelectorAll('.behind td')].some((cell) => cell.textContent === '−22.5')");
        assertThat(browser.number("document.querySelectorAll('.gap-note').length"))
                .isZero();
    }

    private static void showsEveryViewWithoutComplaint(Browser browser) {
        for (String view : new String[] {"now", "sensors", "graphs", "alarms", "routes", "tail"}) {
            browser.view(view);
            browser.until("document.querySelector('.content').textContent.length > 20");
        }
        browser.until("document.querySelectorAll('.events li').length > 3");
        browser.hasAnEmptyConsole();
    }

    private static long since(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
