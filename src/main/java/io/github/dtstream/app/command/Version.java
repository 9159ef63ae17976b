package io.github.dtstream.app.command;

import picocli.CommandLine;

/** Tells the version that the jar was built as. */
final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"dt-stream-router " + (version == null ? "(not packaged)" : version)};
    }
}
