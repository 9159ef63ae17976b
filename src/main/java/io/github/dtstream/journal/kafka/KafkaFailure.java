package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalAwayException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Turns failures of Kafka's clients into sentences that say what to do. Stateless. */
final class KafkaFailure {
    private static final String UNRESOLVED = "bootstrap";

    private KafkaFailure() {}

    /** The innermost cause. */
    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether the failure may pass by itself. */
    static boolean isPassing(Throwable failure) {
        return isFenced(failure)
                || hasCause(
                        failure,
                        cause -> cause instanceof RetriableException
                                || cause instanceof TimeoutException
                                || isUnresolved(cause));
    }

    /** Whether another producer with the same transactional identifier asked for an epoch since. */
    static boolean isFenced(Throwable failure) {
        return hasCause(
                failure,
                cause -> cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException);
    }

    private static boolean hasCause(Throwable failure, Predicate<Throwable> wanted) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (wanted.test(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a broker's name is not known yet, for example because Kafka's container is about to start. */
    private static boolean isUnresolved(Throwable cause) {
        return cause instanceof ConfigException
                && String.valueOf(cause.getMessage()).contains(UNRESOLVED);
    }

    /** @param kafka the addresses of Kafka's brokers */
    static String sentence(Throwable failure, String kafka) {
        Throwable cause = cause(failure);
        String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        if (isUnresolved(cause)) {
            return "none of the names in " + kafka + " is known (" + said + ")";
        }
        if (isFenced(cause)) {
            return "another router opens the same journal at the same time: let only one of them run";
        }
        if (isPassing(failure)) {
            return "Kafka at " + kafka + " does not answer as it should (" + said
                    + "): start it, or check its address, the network, and whether it requires TLS or a sign-in";
        }
        if (cause instanceof AuthenticationException) {
            return "Kafka at " + kafka + " refuses the sign-in (" + said + "): check the security settings";
        }
        if (cause instanceof AuthorizationException) {
            return "Kafka at " + kafka + " does not allow it (" + said
                    + "): the user needs to read, write and describe the topics of the prefix, to create them or have them"
                    + " created, and to use the transactional identifiers of the prefix";
        }
        if (cause instanceof InvalidReplicationFactorException) {
            return "Kafka at " + kafka + " has fewer brokers than the replication that is wanted (" + said
                    + "): start more of them, or lower the replication";
        }
        if (cause instanceof PolicyViolationException) {
            return "Kafka at " + kafka + " forbids such a topic (" + said + "): ask an administrator to create it";
        }
        if (cause instanceof UnsupportedVersionException) {
            return "Kafka at " + kafka + " is too old (" + said + "): it has to be 2.5 or newer";
        }
        if (cause instanceof ConfigException) {
            return "a setting for Kafka's clients is wrong: " + said;
        }
        return "Kafka at " + kafka + ": " + said;
    }

    /** @param what the action that failed, such as "the journal dt.p.s cannot be opened" */
    static IOException exception(String what, Throwable failure, String kafka) {
        String message = what + ": " + sentence(failure, kafka);
        return isPassing(failure) ? new JournalAwayException(message, failure) : new IOException(message, failure);
    }
}
