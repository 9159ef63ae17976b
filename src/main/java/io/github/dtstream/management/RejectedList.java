package io.github.dtstream.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.reject.RejectQuery;
import io.github.dtstream.reject.Rejected;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Request;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lists the newest rejected records that a request selects, and counts all of them. Stateless. */
final class RejectedList {
    private static final List<String> PARAMETERS = List.of("subscriber", "from", "to", "reason", "all");
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 1_000;

    private RejectedList() {}

    /** @param asked its parameters select: subscriber, from, to, reason, all, limit */
    static ObjectNode of(List<RejectFile> files, Request asked) throws IOException, HttpProblem {
        ObjectNode request = parameters(asked);
        int limit = limit(asked);
        RejectQuery wanted = query(request);
        List<Rejected> found = new ArrayList<>();
        long[] total = new long[1];
        for (RejectFile file : files) {
            Deque<Rejected> newest = new ArrayDeque<>(limit);
            file.scan(wanted, rejected -> {
                total[0]++;
                if (newest.size() == limit) {
                    newest.removeFirst();
                }
                newest.addLast(rejected);
                return true;
            });
            found.addAll(newest);
        }
        found.sort(Comparator.comparing(Rejected::time));
        List<Rejected> newest = found.subList(Math.max(0, found.size() - limit), found.size());
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("total", total[0]);
        ArrayNode entries = json.putArray("rejected");
        newest.forEach(rejected -> entries.add(json(rejected)));
        return json;
    }

    private static int limit(Request asked) throws HttpProblem {
        String text = asked.parameter("limit").orElse(Integer.toString(DEFAULT_LIMIT));
        try {
            return Math.max(1, Math.min(MOST, Integer.parseInt(text)));
        } catch (NumberFormatException e) {
            throw new HttpProblem(400, "limit=" + text + " is not a whole number");
        }
    }

    private static ObjectNode json(Rejected rejected) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", rejected.id())
                .put("time", rejected.time().toString())
                .put("where", rejected.where())
                .put("eventId", rejected.detail("eventId"))
                .put("settled", rejected.settled())
                .put("reason", rejected.reason());
    }

    /** @throws HttpProblem if {@code from} or {@code to} is not a time */
    static RejectQuery query(JsonNode request) throws HttpProblem {
        Set<String> ids = new HashSet<>();
        request.path("ids").forEach(id -> ids.add(id.asText()));
        return new RejectQuery(
                request.path("subscriber").asText(),
                time(request.path("from"), Instant.MIN),
                time(request.path("to"), Instant.MAX),
                request.path("reason").asText(),
                ids,
                request.path("all").asBoolean());
    }

    private static Instant time(JsonNode text, Instant otherwise) throws HttpProblem {
        try {
            return text.asText().isEmpty() ? otherwise : Instant.parse(text.asText());
        } catch (DateTimeException e) {
            throw new HttpProblem(400, "from and to must be times such as 2026-01-31T08:00:00Z: " + e.getMessage());
        }
    }

    private static ObjectNode parameters(Request asked) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        for (String name : PARAMETERS) {
            asked.parameter(name).ifPresent(value -> request.put(name, value));
        }
        return request;
    }
}
