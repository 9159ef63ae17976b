package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import java.util.Collection;
import java.util.Map;

/** Runs routes. Each operation may fail for a reason outside the process, such as a port that is taken. */
interface RouteHost {
    /**
     * Adds a route, and starts it if the context is started. A route whose precondition does not hold is not added to
     * the context.
     */
    Running add(RouteUnit unit, Map<String, String> values, RouteOutcomes outcomes) throws Exception;

    /** Stops a route after its current exchange and removes it. Also removes the remains of a failed start. */
    void remove(Running running) throws Exception;

    /** Replaces the previous route configurations, templates and shared beans by those of the files. */
    void share(Collection<RouteFile> files, Map<String, String> values) throws Exception;
}
