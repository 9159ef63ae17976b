package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.FaultKind;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The device list of a project. Thread-safe if the API is. */
public final class Devices {
    /** The API's default and maximum page size. */
    static final int PAGE_SIZE = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final CloudApi api;
    private final String projectId;
    private final String path;

    /**
     * @param api makes the requests, with its retries and rate limit
     * @param projectId only {@code [A-Za-z0-9_-]}
     */
    public Devices(CloudApi api, String projectId) {
        this.api = api;
        this.projectId = Identifiers.requireSafe(projectId);
        this.path = "projects/" + projectId + "/devices";
    }

    public String projectId() {
        return projectId;
    }

    /** One page; the first without a token. */
    public DevicePage page(DeviceFilters filters, Optional<String> pageToken)
            throws CloudException, InterruptedException {
        Map<String, List<String>> query = filters.query();
        query.put("page_size", List.of(Integer.toString(PAGE_SIZE)));
        query.put("page_token", pageToken.stream().toList());
        byte[] body = api.get(path, query);
        try {
            return DevicePage.parse(body);
        } catch (IOException e) {
            throw JsonStructure.unreadable("the device list", e);
        }
    }

    /** One page with the last values of each device, of all devices; the first without a token. */
    public ReportedPage reported(Optional<String> pageToken) throws CloudException, InterruptedException {
        Map<String, List<String>> query = DeviceFilters.NONE.query();
        query.put("page_size", List.of(Integer.toString(PAGE_SIZE)));
        query.put("page_token", pageToken.stream().toList());
        byte[] body = api.get(path, query);
        try {
            ReportedPage page = ReportedPage.parse(body);
            return new ReportedPage(page.devices(), Paging.next("the device list", pageToken, page.nextPageToken()));
        } catch (IOException e) {
            throw JsonStructure.unreadable("the device list", e);
        }
    }

    /** Those of the given devices that are in the project, with their last values. */
    public List<ReportedPage.Reported> reported(Collection<String> deviceIds)
            throws CloudException, InterruptedException {
        if (deviceIds.isEmpty() || deviceIds.size() > PAGE_SIZE) {
            throw new IllegalArgumentException(deviceIds.size() + " devices are no page");
        }
        DeviceFilters some = new DeviceFilters(List.copyOf(deviceIds), List.of(), List.of(), List.of());
        Map<String, List<String>> query = some.query();
        query.put("page_size", List.of(Integer.toString(PAGE_SIZE)));
        try {
            return ReportedPage.parse(api.get(path, query)).devices().stream()
                    .filter(each -> deviceIds.contains(each.device().id()))
                    .toList();
        } catch (IOException e) {
            throw JsonStructure.unreadable("the device list", e);
        }
    }

    /** How many devices the project has, by its own count. */
    public int count() throws CloudException, InterruptedException {
        try {
            JsonNode project = JSON.readTree(api.get("projects/" + projectId, Map.of()));
            JsonNode sensors = project.path("sensorCount");
            JsonNode connectors = project.path("cloudConnectorCount");
            if (!project.path("name").asText().equals("projects/" + projectId)
                    || !sensors.isInt()
                    || !connectors.isInt()) {
                throw new IOException("it does not say how many devices it has");
            }
            return sensors.intValue() + connectors.intValue();
        } catch (IOException e) {
            throw JsonStructure.unreadable("what is known of project " + projectId, e);
        }
    }

    /** The present project of a device; empty if it is in no project that this service account can read. */
    public Optional<String> projectOf(String deviceId) throws CloudException, InterruptedException {
        String lookUp = "projects/-/devices/" + Identifiers.requireSafe(deviceId);
        try {
            String name = JSON.readTree(api.get(lookUp, Map.of())).path("name").asText();
            String[] parts = name.split("/", -1);
            if (parts.length != 4 || !parts[3].equals(deviceId) || !Identifiers.isSafe(parts[1])) {
                throw new IOException("its name is not of the form projects/P/devices/" + deviceId);
            }
            return Optional.of(parts[1]);
        } catch (CloudException e) {
            int status = e.fault().status().orElse(0);
            if (e.fault().kind() == FaultKind.PERMANENT && (status == 404 || status == 403)) {
                return Optional.empty();
            }
            throw e;
        } catch (IOException e) {
            throw JsonStructure.unreadable("what is known of device " + deviceId, e);
        }
    }

    /** Passes the devices of all pages to the consumer; also those before a failure. */
    public void forEach(DeviceFilters filters, Consumer<Device> consumer) throws CloudException, InterruptedException {
        Optional<String> token = Optional.empty();
        do {
            DevicePage page = page(filters, token);
            page.devices().forEach(consumer);
            token = Paging.next("the device list", token, page.nextPageToken());
        } while (token.isPresent());
    }
}
