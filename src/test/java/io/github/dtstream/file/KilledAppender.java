package io.github.dtstream.file;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * A process that appends batches until it is killed. Arguments: the file, the number of the first batch. Prints the
 * number of each completed batch.
 */
final class KilledAppender {

    static final int RECORDS = 40;

    private KilledAppender() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        PrintStream out = System.out;
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("file", new CrashSafeFileComponent());
            context.start();
            ProducerTemplate template = context.createProducerTemplate();
            String endpoint = "file:" + file.getParent() + "?fileExist=Append&appendChars=RAW(\\n)&forceWrites=false"
                    + "&fileName=" + file.getFileName();
            for (int batch = Integer.parseInt(args[1]); !out.checkError(); batch++) {
                template.sendBody(endpoint, batch(batch));
                out.println(batch);
            }
        }
    }

    /**
     * The batch with this number, the same in every process. Its records are large, so that a kill may interrupt a
     * write.
     */
    static List<String> batch(int batch) {
        Random random = new Random(batch);
        return IntStream.range(0, RECORDS)
                .mapToObj(i -> batch + "." + i + " "
                        + Integer.toHexString(random.nextInt()).repeat(random.nextInt(4_000)) + " end")
                .toList();
    }
}
