package io.github.dtstream.app.settings;

import io.github.dtstream.cloud.fault.CloudOption;
import io.github.dtstream.cloud.fault.OptionNames;

/** Gives the messages of lower layers the names of the application's settings. */
public final class SettingNames implements OptionNames {
    @Override
    public String of(CloudOption option) {
        return setting(option).key();
    }

    @Override
    public String ofAccount(CloudOption option, String account) {
        return switch (option) {
            case KEY_ID -> new AccountKey(account, AccountKey.Part.KEY_ID).key();
            case SECRET -> new AccountKey(account, AccountKey.Part.SECRET).key();
            case EMAIL -> new AccountKey(account, AccountKey.Part.EMAIL).key();
            case AUTH -> new AccountKey(account, AccountKey.Part.AUTH).key();
            case PROJECT, API_URL, TOKEN_URL -> of(option);
        };
    }

    @Override
    public String ofGroup() {
        return Setting.KAFKA_GROUP.key() + ", beside " + Setting.JOURNAL.key() + "=kafka,";
    }

    private static Setting setting(CloudOption option) {
        return switch (option) {
            case PROJECT -> Setting.PROJECT_ID;
            case KEY_ID -> Setting.KEY_ID;
            case SECRET -> Setting.SECRET;
            case EMAIL -> Setting.EMAIL;
            case AUTH -> Setting.AUTH;
            case API_URL -> Setting.API_URL;
            case TOKEN_URL -> Setting.TOKEN_URL;
        };
    }
}
