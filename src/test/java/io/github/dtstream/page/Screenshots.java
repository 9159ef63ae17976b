package io.github.dtstream.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the README's pictures of the page, with the answers of {@link FakeRouter}: {@code exec:java@screenshots}. Needs
 * Chromium and its driver.
 */
public final class Screenshots {
    private static final Path FOLDER = Path.of("src/main/docs/images");
    private static final String GRAPH =
            "graphs?s=cb0000xt%2Ftemperature&s=cb000bxt%2Ftemperature&s=cb0016xt%2Ftemperature&s=cb0004xc%2Fcontact";

    private Screenshots() {}

    public static void main(String[] arguments) throws IOException {
        Files.createDirectories(FOLDER);
        try (FakeRouter router = FakeRouter.start(FakeFleet.of(66, false), 0, null);
                Browser browser = Browser.start()) {
            long now = System.currentTimeMillis();
            router.gap(now - 7 * FakeFleet.HOUR, now - 5 * FakeFleet.HOUR, "filling");
            for (String scheme : new String[] {"light", "dark"}) {
                browser.scheme(scheme);
                browser.size(1180, 760, 1);
                browser.open(router.uri());
                take(browser, "now", "now-" + scheme);
                take(browser, "sensors?type=temperature", "sensors-" + scheme);
                take(browser, GRAPH, "graphs-" + scheme);
                take(browser, "alarms", "alarms-" + scheme);
                take(browser, "routes?route=temperatures-to-mqtt", "routes-" + scheme);
                take(browser, "tail", "tail-" + scheme);
                browser.size(390, 780, 1.5);
                browser.open(router.uri());
                take(browser, "now", "phone-now-" + scheme);
                take(browser, "sensors", "phone-sensors-" + scheme);
                take(browser, GRAPH, "phone-graphs-" + scheme);
                take(browser, "alarms", "phone-alarms-" + scheme);
            }
        }
    }

    private static void take(Browser browser, String fragment, String name) throws IOException {
        browser.view(fragment);
        browser.until("document.querySelector('.content').textContent.length > 60");
        if (fragment.equals("alarms")) {
            browser.script("document.querySelector('details.around').open = true");
            browser.until("document.querySelector('.small-plot canvas')");
        }
        browser.script("if (document.querySelector('.c-spark')) window.scrollBy(0, 1)");
        browser.rest();
        Files.write(FOLDER.resolve(name + ".webp"), browser.picture());
    }
}
