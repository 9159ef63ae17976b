package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import java.util.Collection;
import java.util.Map;

/** Real routes with steps that fail on request, before they are done or after. Used by one thread. */
final class FaultyHost implements RouteHost {
    /** When a step fails. */
    enum Fault {
        BEFORE_IT_IS_DONE,
        AFTER_IT_IS_DONE
    }

    private final RouteHost host;
    private long steps;
    private long failFrom = Long.MAX_VALUE;
    private long failTo = Long.MAX_VALUE;
    private Fault fault = Fault.BEFORE_IT_IS_DONE;

    FaultyHost(RouteHost host) {
        this.host = host;
    }

    /** Makes steps fail, counted from 1, from one to another, both included. */
    void failSteps(long from, long to, Fault how) {
        steps = 0;
        failFrom = from;
        failTo = to;
        fault = how;
    }

    long steps() {
        return steps;
    }

    private interface Step<T> {
        T run() throws Exception;
    }

    private <T> T step(String what, Step<T> step) throws Exception {
        steps++;
        if (steps < failFrom || steps > failTo) {
            return step.run();
        }
        if (fault == Fault.AFTER_IT_IS_DONE) {
            step.run();
        }
        if (steps % 2 == 0) {
            throw new NoClassDefFoundError(what + " fails by intent");
        }
        throw new IllegalStateException(what + " fails by intent");
    }

    @Override
    public Running add(RouteUnit unit, Map<String, String> values, RouteOutcomes outcomes) throws Exception {
        return step("to add " + unit.id(), () -> host.add(unit, values, outcomes));
    }

    @Override
    public void remove(Running running) throws Exception {
        step("to remove " + running.unit().id(), () -> {
            host.remove(running);
            return running;
        });
    }

    @Override
    public void share(Collection<RouteFile> files, Map<String, String> values) throws Exception {
        step("to share", () -> {
            host.share(files, values);
            return files;
        });
    }
}
