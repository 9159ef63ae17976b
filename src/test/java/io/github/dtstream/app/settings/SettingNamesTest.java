package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.fault.CloudOption;
import io.github.dtstream.cloud.fault.OptionNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Only the application knows the names of settings; messages of lower layers get the names from it. */
class SettingNamesTest {
    private static final Pattern SETTING = Pattern.compile("\\bdt\\.[a-z]");
    private static final Pattern COMMENT =
            Pattern.compile("/\\*.*?\\*/|^\\s*//.*?$", Pattern.DOTALL | Pattern.MULTILINE);

    @ParameterizedTest
    @EnumSource(CloudOption.class)
    void areThoseThatSetTheOptionOfTheComponent(CloudOption option) {
        String key = new SettingNames().of(option);
        Setting setting = Setting.of(key).orElseThrow();
        if (option != CloudOption.PROJECT) {
            assertThat(setting.componentOption()).contains("dt-stream." + OptionNames.OF_COMPONENT.of(option));
        }
    }

    @Test
    void nameTheGroupByItsSetting() {
        assertThat(new SettingNames().ofGroup()).isEqualTo("dt.kafka.group, beside dt.journal=kafka,");
    }

    @Test
    void standNowhereBesideTheApplication() throws IOException {
        Path root = Path.of("src/main/java/io/github/dtstream");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean isChecked = !root.relativize(file).startsWith("app");
                String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
                if (isChecked && SETTING.matcher(code).find()) {
                    found.add(root.relativize(file).toString());
                }
            }
        }
        assertThat(found)
                .as("classes outside of app that name a dt.* setting; let app say it, for example by OptionNames")
                .isEmpty();
    }
}
