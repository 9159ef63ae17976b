package io.github.dtstream.benchmark;

import org.apache.camel.main.Main;

/** Runs a file of Camel routes as Camel Main does: {@code CamelLoop FILE name=value…}. */
final class CamelLoop {
    private CamelLoop() {}

    public static void main(String[] args) throws Exception {
        Main main = new Main();
        main.configure().withRoutesIncludePattern("file:" + args[0]);
        for (int i = 1; i < args.length; i++) {
            String[] property = args[i].split("=", 2);
            main.addInitialProperty(property[0], property[1]);
        }
        main.run();
    }
}
