package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import java.util.Collection;
import java.util.Map;

/** Where routes run: each step by itself, and each may fail for a reason of the outside world. */
interface RouteHost {
    /** Adds a route, and starts it if the context is started. A route whose precondition does not hold is only noted. */
    Running add(RouteUnit unit, Map<String, String> values, RouteOutcomes outcomes) throws Exception;

    /** Stops a route after the exchange in hand, and takes it out. Also takes out what is left of a failed start. */
    void remove(Running running) throws Exception;

    /** Replaces the route configurations, templates and shared beans of the files before. */
    void share(Collection<RouteFile> files, Map<String, String> values) throws Exception;
}
