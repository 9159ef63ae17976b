package io.github.dtstream.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.simulator.http.AccessTokens;
import io.github.dtstream.simulator.http.Endpoint;
import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.Json;
import io.github.dtstream.simulator.http.Request;
import io.github.dtstream.simulator.http.RequestCounts;
import io.github.dtstream.simulator.stream.OpenStream;
import io.github.dtstream.simulator.stream.StreamHub;
import io.github.dtstream.simulator.weather.Spelling;
import io.github.dtstream.simulator.weather.Target;
import java.io.IOException;
import java.util.List;

/** Takes fault commands of a running simulator, and shows its status. Not part of the cloud's API. */
final class ControlEndpoint implements Endpoint {
    private final FaultCommands commands;
    private final Project project;
    private final EventLog log;
    private final StreamHub streams;
    private final AccessTokens tokens;
    private final RequestCounts counts;

    ControlEndpoint(
            FaultCommands commands,
            Project project,
            EventLog log,
            StreamHub streams,
            AccessTokens tokens,
            RequestCounts counts) {
        this.commands = commands;
        this.project = project;
        this.log = log;
        this.streams = streams;
        this.tokens = tokens;
        this.counts = counts;
    }

    @Override
    public void handle(Request request) throws IOException, HttpError {
        if (request.path().equals(List.of("simulator", "status"))) {
            request.requireMethod("GET");
            request.answer(200, status());
        } else if (request.path().equals(List.of("simulator", "faults"))) {
            request.requireMethod("POST");
            request.answer(200, "{\"accepted\":" + accept(request) + "}");
        } else {
            throw new HttpError(404, "not found");
        }
    }

    private int accept(Request request) throws IOException, HttpError {
        try {
            return commands.run(Json.parse(request.body()));
        } catch (JsonProcessingException e) {
            throw new HttpError(400, "the body is not JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new HttpError(400, String.valueOf(e.getMessage()));
        }
    }

    private String status() {
        ObjectNode body = Json.object();
        body.put("project", project.id());
        body.put("devices", project.devices().size());
        body.put("produced", log.count());
        body.put("tokensIssued", tokens.issued());
        var open = body.putArray("streams");
        for (OpenStream stream : streams.streams()) {
            open.addObject().put("written", stream.written()).put("waiting", stream.waiting());
        }
        ObjectNode requests = body.putObject("requests");
        for (Target target : Target.values()) {
            requests.put(Spelling.of(target), counts.of(target));
        }
        return body.toString();
    }
}
