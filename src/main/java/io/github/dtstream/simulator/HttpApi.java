package io.github.dtstream.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.http.AccessTokens;
import io.github.dtstream.simulator.http.Endpoint;
import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.RateLimit;
import io.github.dtstream.simulator.http.ReceivedRequest;
import io.github.dtstream.simulator.http.Request;
import io.github.dtstream.simulator.http.RequestCounts;
import io.github.dtstream.simulator.stream.StreamCutException;
import io.github.dtstream.simulator.weather.ForeignAnswer;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.simulator.weather.Weather;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes each request to its endpoint, after authentication, rate limit and faults. */
final class HttpApi implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

    /** The endpoints. */
    record Endpoints(
            TokenEndpoint token,
            StreamEndpoint stream,
            HistoryEndpoint history,
            DeviceEndpoint devices,
            LabelEndpoint labels,
            EmulatorEndpoint emulator,
            ControlEndpoint control) {}

    /** Checks the authorization of requests. */
    record Access(
            ServiceAccount account,
            boolean basic,
            AccessTokens tokens,
            @Nullable RateLimit rateLimit) {}

    private final Project project;
    private final Endpoints endpoints;
    private final Access access;
    private final Faults faults;
    private final RequestCounts counts;
    private final Clock clock;

    HttpApi(Project project, Endpoints endpoints, Access access, Faults faults, RequestCounts counts, Clock clock) {
        this.project = project;
        this.endpoints = endpoints;
        this.access = access;
        this.faults = faults;
        this.counts = counts;
        this.clock = clock;
    }

    /** The other projects of the server. */
    private final List<HttpApi> neighbours = new CopyOnWriteArrayList<>();

    void addNeighbour(HttpApi other) {
        neighbours.add(other);
    }

    void giveTokens(Access others) {
        endpoints.token().add(others.account(), others.tokens());
    }

    /** The API of a path's project; this one if no project matches. */
    private HttpApi owner(List<String> path) {
        int at = path.indexOf("projects") + 1;
        String id = at > 0 && at < path.size() ? path.get(at) : "";
        return neighbours.stream()
                .filter(other -> other.project.id().equals(id))
                .findFirst()
                .orElse(this);
    }

    /** The segments of a path, and its endpoint. */
    private record Destination(Target target, boolean open, Endpoint endpoint) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            Request request = new Request(exchange);
            try {
                serve(request, exchange);
            } catch (HttpError e) {
                request.answer(e);
            }
            request.close();
        } catch (HttpError e) {
            exchange.sendResponseHeaders(e.status(), -1);
            exchange.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StreamCutException();
        } catch (RuntimeException e) {
            LOG.error(
                    "the simulated cloud failed at {} {}",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    e);
            throw e;
        }
    }

    private void serve(Request request, HttpExchange exchange) throws IOException, HttpError, InterruptedException {
        List<String> path = request.path();
        HttpApi owner = owner(path);
        if (owner != this) {
            owner.serve(request, exchange);
            return;
        }
        if (!path.isEmpty() && path.get(0).equals("simulator")) {
            endpoints.control().handle(request);
            return;
        }
        Destination destination = destination(path);
        Target target = destination.target();
        counts.count(target, received(target, exchange));
        Sleeper.SYSTEM.sleep(faults.nextDelay(target));
        faults.nextWeather(target, path).ifPresent(request::meet);
        Optional<ForeignAnswer> foreign = request.weather().flatMap(Weather::answer);
        if (foreign.isPresent()) {
            request.body();
            request.answer(foreign.get());
            return;
        }
        Optional<Faults.Answer> fault = faults.nextAnswer(target);
        if (fault.isPresent()) {
            request.body();
            throw new HttpError(
                    fault.get().status(), "fault on request", fault.get().retryAfter());
        }
        if (!destination.open()) {
            authenticate(request, target);
            if (access.rateLimit() != null && target != Target.STREAM) {
                access.rateLimit().check();
            }
        }
        destination.endpoint().handle(request);
    }

    private ReceivedRequest received(Target target, HttpExchange exchange) {
        Map<String, List<String>> headers = new TreeMap<>(exchange.getRequestHeaders());
        headers.computeIfPresent(
                "Authorization", (name, values) -> List.of(values.get(0).split(" ")[0]));
        String uri = exchange.getRequestURI().toString().replaceAll("([?&]token=)[^&]*", "$1***");
        return new ReceivedRequest(target, clock.instant(), exchange.getRequestMethod(), uri, headers);
    }

    private Destination destination(List<String> path) throws HttpError {
        if (path.equals(List.of("oauth2", "token"))) {
            return new Destination(Target.TOKEN, true, endpoints.token());
        }
        boolean emulator = !path.isEmpty() && path.get(0).equals("emulator");
        List<String> parts = emulator ? path.subList(1, path.size()) : path;
        if (parts.size() < 2 || !parts.get(0).equals("v2") || !parts.get(1).equals("projects")) {
            throw new HttpError(404, "not found");
        }
        List<String> below = parts.subList(2, parts.size());
        return emulator ? emulated(below) : rest(below);
    }

    private Destination rest(List<String> parts) throws HttpError {
        int depth = parts.size();
        String last = depth == 0 ? "" : parts.get(depth - 1);
        if (depth == 0) {
            return devices(endpoints.devices()::projects);
        }
        if (depth == 1) {
            return devices(request -> {
                requireProject(last, false);
                endpoints.devices().project(request);
            });
        }
        String projectId = parts.get(0);
        if (depth == 2 && last.equals("devices:stream")) {
            return new Destination(Target.STREAM, false, request -> {
                requireProject(projectId, false);
                endpoints.stream().handle(request, null);
            });
        }
        if (depth == 2 && last.equals("devices:batchUpdate")) {
            return devices(request -> {
                requireProject(projectId, false);
                endpoints.labels().update(request);
            });
        }
        if (depth == 2 && last.equals("devices")) {
            return devices(request -> {
                requireProject(projectId, false);
                request.requireMethod("GET");
                endpoints.devices().list(request, device -> true);
            });
        }
        return ofDevice(parts, projectId, last);
    }

    private Destination ofDevice(List<String> parts, String projectId, String last) throws HttpError {
        int depth = parts.size();
        if (depth < 3 || !parts.get(1).equals("devices")) {
            throw new HttpError(404, "not found");
        }
        if (depth == 3 && last.endsWith(":stream")) {
            String deviceId = last.substring(0, last.length() - ":stream".length());
            return new Destination(Target.STREAM, false, request -> {
                endpoints.stream()
                        .handle(
                                request,
                                requireDevice(projectId, deviceId, false).id());
            });
        }
        if (depth == 3) {
            return devices(request -> endpoints.devices().device(request, requireDevice(projectId, last, true)));
        }
        if (depth == 4 && last.equals("events")) {
            return new Destination(Target.HISTORY, false, request -> {
                endpoints.history().handle(request, requireDevice(projectId, parts.get(2), false));
            });
        }
        throw new HttpError(404, "not found");
    }

    private Destination emulated(List<String> parts) throws HttpError {
        if (parts.size() < 2 || parts.size() > 3 || !parts.get(1).equals("devices")) {
            throw new HttpError(404, "not found");
        }
        String projectId = parts.get(0);
        if (parts.size() == 2) {
            return new Destination(Target.EMULATOR, false, request -> {
                requireProject(projectId, false);
                endpoints.emulator().collection(request);
            });
        }
        String last = parts.get(2);
        return new Destination(Target.EMULATOR, false, request -> {
            if (last.endsWith(":publish")) {
                String deviceId = last.substring(0, last.length() - ":publish".length());
                endpoints.emulator().publish(request, requireDevice(projectId, deviceId, false));
            } else {
                endpoints.emulator().one(request, requireDevice(projectId, last, false));
            }
        });
    }

    private static Destination devices(Endpoint endpoint) {
        return new Destination(Target.DEVICES, false, endpoint);
    }

    private void requireProject(String id, boolean wildcard) throws HttpError {
        if (!id.equals(project.id()) && !(wildcard && id.equals("-"))) {
            throw new HttpError(404, "project not found");
        }
    }

    private Device requireDevice(String projectId, String deviceId, boolean wildcard) throws HttpError {
        requireProject(projectId, wildcard);
        return project.device(deviceId).orElseThrow(() -> new HttpError(404, "device not found"));
    }

    private void authenticate(Request request, Target target) throws HttpError {
        Optional<String> header = request.header("Authorization");
        Optional<String> parameter = target == Target.STREAM ? request.query().scalar("token") : Optional.empty();
        boolean good = header.isPresent()
                ? isGood(header.get())
                : parameter.isPresent() && access.tokens().isGood(parameter.get());
        if (!good) {
            throw new HttpError(401, "unauthorized");
        }
    }

    private boolean isGood(String authorization) {
        String[] parts = authorization.split(" ", 2);
        if (parts.length == 2 && parts[0].equalsIgnoreCase("Bearer")) {
            return access.tokens().isGood(parts[1].trim());
        }
        String expected = access.account().keyId() + ":" + access.account().secret();
        String encoded = Base64.getEncoder().encodeToString(expected.getBytes(StandardCharsets.UTF_8));
        return access.basic()
                && parts.length == 2
                && parts[0].equalsIgnoreCase("Basic")
                && parts[1].trim().equals(encoded);
    }
}
