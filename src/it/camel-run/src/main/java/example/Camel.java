package example;

import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** The command {@code camel}. */
public final class Camel {
    private Camel() {}

    public static void main(String[] args) {
        CamelJBangMain.run(args);
    }
}
