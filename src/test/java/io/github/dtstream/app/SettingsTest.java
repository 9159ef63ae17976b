package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path folder;

    private void load(byte[] text) throws IOException, ConfigurationException {
        Path file = Files.write(folder.resolve("application.properties"), text);
        Settings.load(file, Map.of(), new Properties());
    }

    @Test
    void namesTheLineOfABackslashThatBeginsNoCharacter() {
        String text = "a=C:\\\\users\nb=\\u00e4\nc=C:\\users\n";

        assertThatThrownBy(() -> load(text.getBytes(StandardCharsets.UTF_8)))
                .hasMessage(folder.resolve("application.properties")
                        + " cannot be read: line 3: a backslash with a u after it needs four hexadecimal digits; "
                        + "write the backslash twice");
    }

    @Test
    void asksForUtf8() {
        assertThatThrownBy(() -> load("a=\u00e4\n".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageEndingWith(" cannot be read: it is not UTF-8; save it as UTF-8");
    }
}
