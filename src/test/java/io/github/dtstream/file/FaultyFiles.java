package io.github.dtstream.file;

import java.io.IOException;
import java.nio.file.Path;

/** Real files of which one operation fails: the n-th from now on; a write that fails has written half of its bytes. */
final class FaultyFiles implements FileHandle.Opener {

    private int untilFailure = Integer.MAX_VALUE;
    private boolean staysBroken;
    private boolean failed;

    /** The operation with this number, counted from 0, fails; all later ones too if it stays broken. */
    void failAt(int operation, boolean staysBroken) {
        this.untilFailure = operation;
        this.staysBroken = staysBroken;
        this.failed = false;
    }

    void mend() {
        untilFailure = Integer.MAX_VALUE;
        staysBroken = false;
    }

    boolean hasFailed() {
        return failed;
    }

    private boolean failsNow() {
        boolean fails = untilFailure == 0 || (failed && staysBroken);
        untilFailure--;
        failed |= fails;
        return fails;
    }

    private void check() throws IOException {
        if (failsNow()) {
            throw new IOException("injected: Input/output error");
        }
    }

    @Override
    public FileHandle open(Path path) throws IOException {
        check();
        FileHandle real = FileHandle.open(path);
        return new FileHandle() {
            @Override
            public long length() throws IOException {
                check();
                return real.length();
            }

            @Override
            public void read(long position, byte[] into) throws IOException {
                check();
                real.read(position, into);
            }

            @Override
            public void write(long position, byte[] bytes, int offset, int count) throws IOException {
                if (failsNow()) {
                    real.write(position, bytes, offset, count / 2);
                    throw new IOException("injected: No space left on device");
                }
                real.write(position, bytes, offset, count);
            }

            @Override
            public void truncate(long length) throws IOException {
                check();
                real.truncate(length);
            }

            @Override
            public void sync() throws IOException {
                check();
                real.sync();
            }

            @Override
            public void close() throws IOException {
                real.close();
                check();
            }
        };
    }
}
