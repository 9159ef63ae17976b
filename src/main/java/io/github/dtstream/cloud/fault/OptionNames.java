package io.github.dtstream.cloud.fault;

/**
 * The names of options where users set them, for messages. The application has its own names, and provides them by one
 * of these in Camel's registry.
 */
@FunctionalInterface
public interface OptionNames {
    /** The Camel component's names. */
    OptionNames OF_COMPONENT = CloudOption::componentName;

    /** The name, for the middle of a sentence. */
    String of(CloudOption option);

    /** The same for a named service account. */
    default String ofAccount(CloudOption option, String account) {
        return switch (option) {
            case KEY_ID -> "keyId of the account " + account;
            case SECRET -> "secret of the account " + account;
            case EMAIL -> "email of the account " + account;
            case AUTH -> "auth of the account " + account;
            case PROJECT, API_URL, TOKEN_URL -> of(option);
        };
    }

    /** The name of what makes this router a member of a group of routers. */
    default String ofGroup() {
        return "the name of the RouterGroup in Camel's registry";
    }
}
