package io.github.dtstream.app.command;

import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.web.access.PasswordHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes the hash of a password for the HTTP port. */
@Command(
        name = "password",
        description = {
            "Asks for a password and prints the setting that makes the HTTP port require it from other machines.",
            "Without a terminal it reads the password from standard input, one line.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class PasswordCommand implements Callable<Integer> {
    private static final int SHORTEST = 10;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        char[] password = read(System.console());
        try {
            if (password.length < SHORTEST) {
                throw wrong("the password must have " + SHORTEST + " characters or more");
            }
            PasswordHash hash = PasswordHash.of(password, new SecureRandom());
            spec.commandLine().getOut().println(Setting.HTTP_PASSWORD_HASH.key() + "=" + hash.text());
            spec.commandLine().getOut().flush();
            return 0;
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    private char[] read(@Nullable Console console) throws IOException {
        if (console == null) {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line == null ? new char[0] : line.toCharArray();
        }
        char[] password = console.readPassword("Password: ");
        char[] again = console.readPassword("Once more: ");
        if (password == null || again == null || !Arrays.equals(password, again)) {
            throw wrong("the two passwords are not the same");
        }
        return password;
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
