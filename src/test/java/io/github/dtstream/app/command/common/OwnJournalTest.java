package io.github.dtstream.app.command.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnJournalTest {
    @Test
    void isNotInTheKafkaOfTheRouterWhoseSettingsItHas() {
        Settings router = Settings.of(Map.of(
                Setting.JOURNAL.key(), "kafka",
                Setting.KAFKA_SERVERS.key(), "broker:9092",
                Setting.KAFKA_GROUP.key(), "routers"));
        assertThat(router.isJournalInKafka()).isTrue();

        assertThat(router.with(OwnJournal.SETTINGS).isJournalInKafka()).isFalse();
    }
}
