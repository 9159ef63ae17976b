package io.github.dtstream.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The file operations that durability rests on; a test passes one that fails. */
public interface Disk {
    /** Creates or replaces a file; its content is on disk when the call returns. */
    void write(Path file, byte[] content) throws IOException;

    /** Moves a file over another in one step; that is on disk when the call returns. */
    void move(Path from, Path to) throws IOException;

    /** The real one. */
    Disk SYSTEM = of(FolderSync.SYSTEM);

    /** The real one, with another way to sync folders. */
    static Disk of(FolderSync folders) {
        return new Disk() {
            @Override
            public void write(Path file, byte[] content) throws IOException {
                try (FileChannel channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
                    ByteBuffer buffer = ByteBuffer.wrap(content);
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                    channel.force(true);
                }
            }

            @Override
            public void move(Path from, Path to) throws IOException {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                Path folder = to.toAbsolutePath().getParent();
                if (folder != null) {
                    // Without this the new name may be gone after a power cut.
                    folders.sync(folder);
                }
            }
        };
    }
}
