package example;

import org.apache.camel.main.Main;

/** Runs the routes of {@code camel/}, with the settings of {@code application.properties}. */
public final class Freezers {
    private Freezers() {}

    public static void main(String[] args) throws Exception {
        new Main(Freezers.class).run(args);
    }
}
