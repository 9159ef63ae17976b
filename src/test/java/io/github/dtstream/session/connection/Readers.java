package io.github.dtstream.session.connection;

/** What the threads that read connections do. */
public final class Readers {
    private static final String OURS = "io.github.dtstream.session";

    private Readers() {}

    /** Whether a reader waits for bytes. Until then what it has read may still be passed on, in which time does not count. */
    public static boolean waitsForBytes(Thread reader) {
        StackTraceElement[] frames = reader.getStackTrace();
        for (int i = 1; i < frames.length; i++) {
            if (frames[i].getClassName().equals(Connection.class.getName())) {
                StackTraceElement called = frames[i - 1];
                return called.getMethodName().equals("read")
                        && !called.getClassName().startsWith(OURS);
            }
        }
        return false;
    }
}
