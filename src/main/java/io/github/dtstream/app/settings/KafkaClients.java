package io.github.dtstream.app.settings;

/** Looks for Kafka's client, which is not in the jar because most users do not need it. Stateless. */
public final class KafkaClients {
    /** The command that fetches the client. */
    public static final String COMMAND = "java -jar dt-stream-router.jar lib org.apache.kafka:kafka-clients:3.9.1";

    private static final String CLIENT = "org/apache/kafka/clients/producer/KafkaProducer.class";

    private KafkaClients() {}

    /** The class loader in which the client is looked for; it includes {@code lib/}. */
    public static ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? ClassLoader.getSystemClassLoader() : context;
    }

    public static boolean areThere() {
        return loader().getResource(CLIENT) != null;
    }
}
