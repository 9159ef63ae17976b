package io.github.dtstream.mqtt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Keys and certificates made by the JDK's keytool: an authority, and who it vouches for. */
final class Certificates {
    static final String PASSWORD = "changeit";

    private final Path directory;

    Certificates(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        keytool("-genkeypair -alias ca -keystore ca.p12 -dname CN=authority -ext bc:c -keyalg EC -validity 2");
        keytool("-exportcert -rfc -alias ca -keystore ca.p12 -file ca.pem");
        keytool("-importcert -noprompt -alias ca -keystore trust.p12 -file ca.pem");
    }

    /** A key store {@code NAME.p12} with a certificate that bears the name, for an address. */
    Path issue(String name, String address) throws IOException, InterruptedException {
        String store = " -keystore " + name + ".p12 -alias " + name;
        keytool("-genkeypair -dname CN=" + name + " -keyalg EC -validity 2" + store);
        keytool("-certreq -file " + name + ".csr" + store);
        keytool("-gencert -rfc -alias ca -keystore ca.p12 -validity 2 -ext san=" + address + " -infile " + name
                + ".csr -outfile " + name + ".pem");
        keytool("-importcert -noprompt -alias ca -file ca.pem -keystore " + name + ".p12");
        keytool("-importcert -noprompt -file " + name + ".pem" + store);
        return directory.resolve(name + ".p12");
    }

    /** A key store that trusts the authority. */
    Path trust() {
        return directory.resolve("trust.p12");
    }

    private void keytool(String line) throws IOException, InterruptedException {
        Path out = directory.resolve("keytool.out");
        List<String> command = Stream.concat(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString()),
                        Stream.of((line + " -storepass " + PASSWORD).split(" ")))
                .toList();
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool " + line + ": " + Files.readString(out));
        }
    }
}
