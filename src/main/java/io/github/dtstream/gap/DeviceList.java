package io.github.dtstream.gap;

import io.github.dtstream.cloud.CloudException;
import io.github.dtstream.cloud.DeviceFilters;
import io.github.dtstream.cloud.Devices;
import io.github.dtstream.session.StreamFilters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The devices that a fill goes through. Their order is kept in a file, so that "the first 120 are done" means the same after
 * a restart; devices that have come since are added at the end, and those that are gone stay, to be found gone.
 */
final class DeviceList {
    private final Devices devices;
    private final Supplier<StreamFilters> filters;
    private final Path folder;
    private final Disk disk;

    DeviceList(Devices devices, Supplier<StreamFilters> filters, Path folder, Disk disk) {
        this.devices = devices;
        this.filters = filters;
        this.folder = folder;
        this.disk = disk;
    }

    /** The stream's devices now, each once. */
    List<String> current() throws CloudException, InterruptedException {
        return List.copyOf(listed(new LinkedHashSet<>()));
    }

    /** The list of a gap: as it was, with those added that are new. */
    List<String> update(long gapId) throws CloudException, IOException, InterruptedException {
        List<String> before = read(gapId);
        Set<String> all = listed(new LinkedHashSet<>(before));
        if (all.size() > before.size()) {
            Files.createDirectories(folder);
            Path next = folder.resolve("devices.next");
            disk.write(next, String.join("\n", all).getBytes(StandardCharsets.UTF_8));
            disk.move(next, file(gapId));
        }
        return List.copyOf(all);
    }

    /** The list of a gap as it was; empty if there is none. */
    List<String> read(long gapId) throws IOException {
        Path file = file(gapId);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    void delete(long gapId) throws IOException {
        Files.deleteIfExists(file(gapId));
    }

    /**
     * Several label filters may have to match all of them in the device list, and any of them on the stream: what is
     * documented differs. One list for each, all together, has every device that the stream can have, either way.
     */
    private Set<String> listed(Set<String> identifiers) throws CloudException, InterruptedException {
        StreamFilters now = filters.get();
        if (now.labelFilters().isEmpty()) {
            add(identifiers, now, List.of());
        }
        for (String labelFilter : now.labelFilters()) {
            add(identifiers, now, List.of(labelFilter));
        }
        return identifiers;
    }

    private void add(Set<String> identifiers, StreamFilters now, List<String> labelFilters)
            throws CloudException, InterruptedException {
        devices.forEach(
                new DeviceFilters(now.deviceIds(), now.deviceTypes(), now.productNumbers(), labelFilters),
                device -> identifiers.add(device.id()));
    }

    private Path file(long gapId) {
        return folder.resolve("gap-" + gapId + ".devices");
    }
}
