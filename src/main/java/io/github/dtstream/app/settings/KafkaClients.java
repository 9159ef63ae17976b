package io.github.dtstream.app.settings;

/** Whether Kafka's client is on the class path: it is not in the jar, as most do not need it. Stateless. */
public final class KafkaClients {
    /** What fetches it. */
    public static final String COMMAND = "java -jar dt-stream-router.jar lib org.apache.kafka:kafka-clients:3.9.1";

    private static final String CLIENT = "org/apache/kafka/clients/producer/KafkaProducer.class";

    private KafkaClients() {}

    /** Where it is looked for: in {@code lib/}, too. */
    public static ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? ClassLoader.getSystemClassLoader() : context;
    }

    public static boolean areThere() {
        return loader().getResource(CLIENT) != null;
    }
}
