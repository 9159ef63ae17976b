package io.github.dtstream.app.router;

import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.journal.JournalAwayException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns an exception that keeps the router from starting into a message that a person can act on. */
final class StartFailure {
    private static final String OURS = "io.github.dtstream.";
    private static final String OTHER_FOLDER = ", or choose another folder with dt.data-dir";

    private StartFailure() {}

    /**
     * The failure as a configuration error that says what is wrong, from the outermost to the innermost cause.
     *
     * @param step what the router was doing; the words follow "it was "
     */
    static ConfigurationException explain(String step, Exception failure) {
        StringBuilder message = new StringBuilder("The router cannot start; it was ").append(step);
        String last = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = text(cause);
            if (!last.contains(text) && !isWrapping(cause, text)) {
                message.append("\n  because: ").append(text);
                last = text;
            }
        }
        ConfigurationException explained = new ConfigurationException(message.toString());
        explained.initCause(failure);
        return explained;
    }

    /** Whether the same start may succeed later without a change, whatever the router was doing. */
    static boolean isPassing(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JournalAwayException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the same start may succeed later though Camel does not start with routes in which the check found nothing:
     * after a power cut a broker, a name server or a mount may come later than the router. Only a complaint of our own
     * about an option is certain to stay; components of Camel complain with the same exceptions of what is not there yet.
     */
    static boolean isPassingOfValidRoutes(Exception failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        boolean isOption = innermost instanceof IllegalArgumentException && isOurs(innermost);
        return !isOption && !(innermost instanceof ConfigurationException);
    }

    /** Whether a class of ours has thrown it. */
    private static boolean isOurs(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith(OURS);
    }

    /** Whether the message only repeats that of the cause, which follows. */
    private static boolean isWrapping(Throwable cause, String text) {
        return cause.getCause() != null && text.equals(cause.getCause().toString());
    }

    private static String text(Throwable cause) {
        if (cause instanceof FileSystemException failure) {
            return ofFile(failure);
        }
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getMessage().strip();
    }

    /** Words a file system exception, whose own message is often no more than a path. */
    private static String ofFile(FileSystemException failure) {
        String file = failure.getFile() == null ? "a file" : failure.getFile();
        if (failure instanceof AccessDeniedException) {
            return file + " may not be read or written by the user that runs the router ("
                    + System.getProperty("user.name") + "): give that user the permission" + OTHER_FOLDER;
        }
        if (failure instanceof FileAlreadyExistsException || isNoFolder(failure.getReason())) {
            return inTheWay(file) + " is a file where a folder is needed: move it away" + OTHER_FOLDER;
        }
        if (failure instanceof NoSuchFileException) {
            return file + " is not there";
        }
        return file + ": " + (failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason())
                + ". Mend that" + OTHER_FOLDER;
    }

    /** The part of a path that exists and is not a folder. */
    private static Path inTheWay(String file) {
        Path whole = Path.of(file).toAbsolutePath();
        for (Path part = whole; part != null; part = part.getParent()) {
            if (Files.exists(part) && !Files.isDirectory(part)) {
                return part;
            }
        }
        return whole;
    }

    private static boolean isNoFolder(@Nullable String reason) {
        return "Not a directory".equals(reason);
    }
}
