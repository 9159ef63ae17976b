package io.github.dtstream.app.router.routes;

import io.github.dtstream.live.RouteTexts;
import io.github.dtstream.route.flow.RouteDrawing;
import io.github.dtstream.route.flow.RouteDrawing.Drawn;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.reload.ReloadStatus;
import io.github.dtstream.route.reload.RouteReloader;
import io.github.dtstream.route.reload.RouteReloader.FileState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.jspecify.annotations.Nullable;

/** The texts of the routes that a reloader watches. Thread-safe. */
final class RouteSources implements RouteTexts {
    private final RouteReloader reloader;
    private final CamelContext context;
    private final SendCounts sends;

    RouteSources(RouteReloader reloader, CamelContext context, SendCounts sends) {
        this.reloader = reloader;
        this.context = context;
        this.sends = sends;
    }

    @Override
    public List<RouteText> all() throws IOException {
        ReloadStatus status = reloader.status();
        List<FileState> states = reloader.files();
        List<RouteFile> running =
                states.stream().flatMap(state -> running(state).stream()).toList();
        RouteSet routes = new RouteSet(RouteFiles.of(Path.of(""), running), context);
        List<RouteText> texts = new ArrayList<>();
        for (FileState state : states) {
            Refused refused = refused(state, status);
            List<RouteFile> file = running(state);
            Map<String, List<Drawn>> drawn = file.isEmpty() ? Map.of() : RouteDrawing.of(file.get(0), routes);
            String text = state.running() == null ? state.now().text() : state.running();
            drawn.forEach((id, flow) -> texts.add(new RouteText(id, state.name(), text, flow, counts(id), refused)));
            if (drawn.isEmpty() && refused != null) {
                texts.add(new RouteText(null, state.name(), text, List.of(), Map.of(), refused));
            }
        }
        return texts;
    }

    private Map<String, List<Long>> counts(String route) {
        Route running = context.getRoute(route);
        return running == null ? Map.of() : StepCounts.of(running, sends);
    }

    private static List<RouteFile> running(FileState state) {
        return state.running() == null ? List.of() : List.of(state.now().withText(state.running()));
    }

    private static @Nullable Refused refused(FileState state, ReloadStatus status) {
        if (!status.refused().contains(state.name())) {
            return null;
        }
        String message = status.findings().stream()
                .filter(Finding::isError)
                .filter(finding -> finding.file().endsWith(state.name()))
                .map(Finding::toString)
                .collect(Collectors.joining("\n"));
        return new Refused(message.isEmpty() ? status.summary() : message, status.at(), state.name(), state.diff());
    }

    @Override
    public String resolve(String text) {
        try {
            return context.resolvePropertyPlaceholders(text);
        } catch (RuntimeException e) {
            return text;
        }
    }
}
