package io.github.dtstream.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.interactions.WheelInput;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A real Chromium without a window. Without Chromium, a test that uses it is skipped with that reason. Not thread-safe.
 */
public final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** The browser's own message about an error status; the page shows its own. */
    private static final String FAILED_REQUEST = "Failed to load resource";

    private static final int ATTEMPTS = 20;

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    public static Browser start() {
        Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
        Optional<Path> driver = program("chromedriver");
        assumeTrue(
                chromium.isPresent() && driver.isPresent(),
                "needs Chromium and its driver (Debian: chromium chromium-driver)");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--force-color-profile=srgb");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.orElseThrow().toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static Optional<Path> program(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(
                                System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Opens an address as a first visit. */
    public void open(URI uri) {
        driver.get("about:blank");
        driver.get(uri.toString());
    }

    /** Goes to a view of the page, or to another address of it, and waits for the view. */
    public void view(String fragment) {
        script("location.hash = arguments[0]", fragment);
        String name = fragment.replaceAll("[?].*", "");
        until("document.querySelector('main').className === 'view-" + name
                + "' && document.body.dataset.connection === 'open'");
    }

    /** @param scheme light or dark */
    public void scheme(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    public void size(int width, int height, double ratio) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", ratio, "mobile", width < 600));
    }

    @Nullable
    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** The result of a script that calls its last argument when it is done. */
    @Nullable
    Object async(String script) {
        return driver.executeAsyncScript(script);
    }

    public double number(String expression) {
        Object result = script("return " + expression);
        return result instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    public String text(String selector) {
        return steadily(() -> driver.findElement(By.cssSelector(selector)).getText());
    }

    public void click(String selector) {
        steadily(() -> {
            driver.findElement(By.cssSelector(selector)).click();
            return selector;
        });
    }

    /** Does it again if the page has put another element in its place between the two requests to the browser. */
    private static <T> T steadily(Supplier<T> action) {
        for (int attempt = 1; ; attempt++) {
            try {
                return action.get();
            } catch (StaleElementReferenceException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    public WebElement element(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    public WebElement focused() {
        return driver.switchTo().activeElement();
    }

    /** Waits until an expression of JavaScript is true. */
    public void until(String condition) {
        until(condition, PATIENCE);
    }

    /** The same with another patience. */
    public void until(String condition, Duration patience) {
        await("in the page: " + condition)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Boolean.TRUE.equals(driver.executeScript("return Boolean(" + condition + ")")));
    }

    /** Turns the wheel over the middle of an element; a negative number is away from the user. */
    void wheel(String selector, int by) {
        new Actions(driver)
                .scrollFromOrigin(WheelInput.ScrollOrigin.fromElement(element(selector)), 0, by)
                .perform();
    }

    /** Moves two fingers on the middle of an element from one distance to another. */
    void pinch(String selector, int from, int to) {
        WebElement over = element(selector);
        driver.perform(List.of(finger(over, "left", -from / 2, -to / 2), finger(over, "right", from / 2, to / 2)));
    }

    private static Sequence finger(WebElement over, String name, int from, int to) {
        PointerInput finger = new PointerInput(PointerInput.Kind.TOUCH, name);
        PointerInput.Origin middle = PointerInput.Origin.fromElement(over);
        return new Sequence(finger, 0)
                .addAction(finger.createPointerMove(Duration.ZERO, middle, from, 0))
                .addAction(finger.createPointerDown(PointerInput.MouseButton.LEFT.asArg()))
                .addAction(finger.createPointerMove(Duration.ofMillis(200), middle, to, 0))
                .addAction(finger.createPointerUp(PointerInput.MouseButton.LEFT.asArg()));
    }

    /** Sets the folder of downloads. */
    void downloadTo(Path folder) {
        driver.executeCdpCommand(
                "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
    }

    /** Opens a tab in front of the page, which hides it; the result brings the page back. */
    public Runnable hide() {
        String page = driver.getWindowHandle();
        driver.switchTo().newWindow(WindowType.TAB);
        return () -> {
            driver.close();
            driver.switchTo().window(page);
            driver.executeCdpCommand("Page.bringToFront", Map.of());
        };
    }

    /** A screenshot, as a small WebP. */
    public byte[] picture() {
        Object data = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "webp", "quality", 76))
                .get("data");
        return Base64.getDecoder().decode(String.valueOf(data));
    }

    /** Waits for what is drawn in idle time. */
    public void rest() {
        async("const done = arguments[arguments.length - 1]; setTimeout(() => requestAnimationFrame(done), 1500)");
    }

    /** The console's messages of the page, and of the browser about it; a second call only returns new ones. */
    public List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains(FAILED_REQUEST) && !message.contains("net::ERR_"))
                .toList();
    }

    public void hasAnEmptyConsole() {
        assertThat(console()).as("console of the page").isEmpty();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
