package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalAwayException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Turns failures of Kafka's clients into sentences that say what to do. Stateless. */
final class KafkaFailure {
    private static final String UNRESOLVED = "bootstrap";
    private static final String PREFIX = "the topic prefix";
    private static final String TRUST = "Kafka's property ssl.truststore.location";

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
        if (hasCause(failure, SslAuthenticationException.class::isInstance)) {
            boolean isUntrusted =
                    hasCause(failure, of -> of instanceof CertPathBuilderException || of instanceof SignatureException);
            return isUntrusted
                    ? "the certificate of Kafka at " + kafka + " is of no authority that the router trusts (" + said
                            + "): name the file with that authority in " + TRUST
                    : "TLS with Kafka at " + kafka + " fails (" + said + "): check the addresses and " + TRUST;
        }
        if (hasCause(failure, AuthenticationException.class::isInstance)) {
            return "Kafka at " + kafka + " refuses the sign-in (" + said + "): check the security settings";
        }
        if (cause instanceof AuthorizationException) {
            return "Kafka at " + kafka + " does not allow it (" + said + "): " + needs(cause);
        }
        if (cause instanceof NoSuchFileException) {
            return "a file for Kafka's clients cannot be read: there is no such file: " + said;
        }
        if (cause instanceof AccessDeniedException) {
            return "a file for Kafka's clients cannot be read: the router's user may not read it: " + said;
        }
        if (cause instanceof RecordTooLargeException) {
            return "Kafka at " + kafka + " refuses a record as too large (" + said
                    + "): set max.message.bytes of its topic to " + Topics.LARGEST_BYTES;
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

    /** The permissions without which this was refused. */
    private static String needs(Throwable refusal) {
        if (refusal instanceof TransactionalIdAuthorizationException) {
            return "the user needs Write and Describe of the transactional identifiers that begin with " + PREFIX;
        }
        if (refusal instanceof TopicAuthorizationException) {
            return "the user needs Read, Write, Describe, DescribeConfigs and Create of the topics that begin with "
                    + PREFIX + ", but not Create if the topics exist";
        }
        if (refusal instanceof GroupAuthorizationException) {
            return "the user needs Read and Describe of the groups that begin with " + PREFIX;
        }
        return "the user needs the permissions of which src/main/docs/scale.md has the list";
    }

    /** @param what the action that failed, such as "the journal dt.p.s cannot be opened" */
    static IOException exception(String what, Throwable failure, String kafka) {
        String message = what + ": " + sentence(failure, kafka);
        return isPassing(failure) ? new JournalAwayException(message, failure) : new IOException(message, failure);
    }
}
