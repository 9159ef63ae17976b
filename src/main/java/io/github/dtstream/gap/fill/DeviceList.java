package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.device.ListDoubt;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The devices of a fill: those that the cloud lists, and other known ones, in case that the list is incomplete. Their
 * order is kept in a file, so that "the first 120 are done" means the same after a restart. New devices are added at
 * the end. Devices that have left the project stay in the list until the fill finds that they have left. Used by one
 * thread.
 */
final class DeviceList {
    private final Devices devices;
    private final Supplier<StreamFilters> filters;
    private final KnownDevices known;
    private final Path folder;
    private final Storage storage;
    private final Ticker ticker;

    private ListDoubt judge;
    private @Nullable StreamFilters judged;
    private Set<String> listed = Set.of();
    private Optional<String> doubt = Optional.of("the device list has not been read yet");

    DeviceList(
            Devices devices,
            Supplier<StreamFilters> filters,
            KnownDevices known,
            Path folder,
            Storage storage,
            Ticker ticker) {
        this.devices = devices;
        this.filters = filters;
        this.known = known;
        this.folder = folder;
        this.storage = storage;
        this.ticker = ticker;
        this.judge = new ListDoubt(devices.projectId(), ticker);
    }

    /** The stream's devices now, each once. */
    List<String> current() throws CloudException, InterruptedException {
        return List.copyOf(together(List.of()));
    }

    /** Reads the list of a gap again: the devices of before, then the new ones. */
    List<String> update(long gapId) throws CloudException, IOException, InterruptedException {
        List<String> before = read(gapId);
        Set<String> all = together(before);
        if (all.size() > before.size()) {
            file(gapId).save(String.join("\n", all).getBytes(StandardCharsets.UTF_8));
        }
        return List.copyOf(all);
    }

    /** The saved list of a gap; empty if there is none. */
    List<String> read(long gapId) throws IOException {
        return file(gapId)
                .read()
                .map(names -> new String(names, StandardCharsets.UTF_8).lines().toList())
                .orElse(List.of());
    }

    void delete(long gapId) throws IOException {
        file(gapId).delete();
    }

    String projectId() {
        return devices.projectId();
    }

    /** One sentence why the cloud's last list is doubted; empty if it is not. */
    Optional<String> doubt() {
        return doubt;
    }

    /** Whether the cloud's last list has a device. */
    boolean lists(String deviceId) {
        return listed.contains(deviceId);
    }

    /** Asks the cloud for the project of a device; empty if it is in no project that the service account can read. */
    Optional<String> projectOf(String deviceId) throws CloudException, InterruptedException {
        return devices.projectOf(deviceId);
    }

    private Set<String> together(List<String> before) throws CloudException, InterruptedException {
        StreamFilters now = filters.get();
        if (!now.equals(judged)) {
            judge = new ListDoubt(devices.projectId(), ticker);
            judged = now;
        }
        listed = listed(now);
        Set<String> expected = known.matching(now.devices());
        doubt = judge.judge(listed, expected);
        Set<String> all = new LinkedHashSet<>(before);
        all.addAll(listed);
        all.addAll(expected);
        return all;
    }

    /**
     * Combines one list for each label filter. The documents differ on whether several label filters must all match or
     * any of them, for the device list and for the stream. All lists together have every device that the stream can
     * have.
     */
    private Set<String> listed(StreamFilters now) throws CloudException, InterruptedException {
        Set<String> identifiers = new LinkedHashSet<>();
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

    private AtomicFile file(long gapId) {
        return AtomicFile.of(folder.resolve("gap-" + gapId + ".devices"), storage);
    }
}
