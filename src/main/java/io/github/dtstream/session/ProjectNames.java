package io.github.dtstream.session;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Parses project identifiers that are separated by commas. Pure. */
public final class ProjectNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private ProjectNames() {}

    /**
     * The identifiers, in their order.
     *
     * @throws IllegalArgumentException if the text is not such a list; the message is the end of a sentence that says
     *     what to do
     */
    public static List<String> parse(String text) {
        List<String> names = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String name = part.strip();
            check(name);
            if (names.contains(name)) {
                throw new IllegalArgumentException("'" + name + "' is named twice: name it once");
            }
            names.add(name);
        }
        return List.copyOf(names);
    }

    private static void check(String name) {
        if (name.equals("-")) {
            throw new IllegalArgumentException(
                    "the cloud has no stream of all projects, which '-' would be: name each, with commas between them");
        }
        if (name.startsWith("organizations/")) {
            throw new IllegalArgumentException("an organisation has no stream: name its projects, with commas between"
                    + " them; the identifier of each is in the address of its page in DT Studio");
        }
        if (name.startsWith("projects/")) {
            throw new IllegalArgumentException("write the identifier alone, without projects/");
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "an identifier is missing: it is the project's, or several with one comma between them");
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "it is the project's identifier, 20 letters and digits, as in the address"
                            + " of its page in DT Studio, or several of them with commas between them");
        }
    }
}
