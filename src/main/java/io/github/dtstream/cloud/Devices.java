package io.github.dtstream.cloud;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The device list of a project. Thread-safe if the API given is. */
public final class Devices {
    /** The API's default and maximum. */
    static final int PAGE_SIZE = 100;

    private final CloudApi api;
    private final String path;

    /**
     * @param api makes the requests; its retry and its pace are the list's
     * @param projectId of {@code [A-Za-z0-9_-]}
     */
    public Devices(CloudApi api, String projectId) {
        this.api = api;
        this.path = "projects/" + Identifiers.requireSafe(projectId) + "/devices";
    }

    /** One page: the first where no token is given. */
    public DevicePage page(DeviceFilters filters, Optional<String> pageToken)
            throws CloudException, InterruptedException {
        Map<String, List<String>> query = filters.query();
        query.put("page_size", List.of(Integer.toString(PAGE_SIZE)));
        query.put("page_token", pageToken.stream().toList());
        byte[] body = api.get(path, query);
        try {
            return DevicePage.parse(body);
        } catch (IOException e) {
            throw new CloudException(
                    Fault.of(FaultKind.TRANSIENT, "the device list cannot be read: " + e.getMessage()), e);
        }
    }

    /** Goes through all pages; devices reached before a failure have been handed over. */
    public void forEach(DeviceFilters filters, Consumer<Device> consumer) throws CloudException, InterruptedException {
        Optional<String> token = Optional.empty();
        do {
            DevicePage page = page(filters, token);
            page.devices().forEach(consumer);
            token = Paging.next("the device list", token, page.nextPageToken());
        } while (token.isPresent());
    }
}
