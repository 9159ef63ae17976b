package io.github.dtstream.cloud.fault;

/**
 * How options are called where users set them, for messages. The application has names of its own and says so with one of
 * these in Camel's registry.
 */
@FunctionalInterface
public interface OptionNames {
    /** As the Camel component calls them. */
    OptionNames OF_COMPONENT = CloudOption::componentName;

    /** The name, fit for the middle of a sentence. */
    String of(CloudOption option);

    /** The same for a service account that has a name. */
    default String ofAccount(CloudOption option, String account) {
        return switch (option) {
            case KEY_ID -> "keyId of the account " + account;
            case SECRET -> "secret of the account " + account;
            case EMAIL -> "email of the account " + account;
            case AUTH -> "auth of the account " + account;
            case PROJECT, API_URL, TOKEN_URL -> of(option);
        };
    }
}
