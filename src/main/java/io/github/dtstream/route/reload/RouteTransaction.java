package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import io.github.dtstream.text.FailureReason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change of the running routes: {@link #stop}, {@link #start}, and then it is in effect or rolled back. If a step
 * fails, the previous routes, configurations, templates and shared beans are restored. If restoring fails, too,
 * {@link #problems} has the errors, and {@link #repair} retries until everything is restored. A route that does not run
 * is never shown as running. Not thread-safe: the reloader's thread owns it.
 */
final class RouteTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(RouteTransaction.class);

    private final RouteHost host;
    private final TransactionPlan plan;
    /** The routes that are known to run, by id; of all transactions. */
    private final Map<String, Running> running;

    /** The routes that were added, perhaps in part; a roll-back removes them. */
    private final List<Running> begun = new ArrayList<>();
    /** The routes that a roll-back still has to restore. */
    private final Map<String, Running> missing = new LinkedHashMap<>();
    /** Whether the transaction has changed what routes share and a roll-back still has to restore that. */
    private boolean sharedIsTouched;

    private boolean rolledBack;
    private @Nullable Failure failure;
    private final Map<String, Finding> problems = new TreeMap<>();

    RouteTransaction(RouteHost host, TransactionPlan plan, Map<String, Running> running) {
        this.host = host;
        this.plan = plan;
        this.running = running;
    }

    /**
     * Why a change is not in effect.
     *
     * @param at the route that does not stop or start; null if the failure is in what routes share
     * @param message what is wrong, for a person
     */
    record Failure(@Nullable RouteUnit at, String message) {}

    /** A step that may fail. */
    private interface Step {
        void run() throws Exception;
    }

    TransactionPlan plan() {
        return plan;
    }

    /** Removes the routes that change. If that fails, {@link #start} rolls back and returns the reason. */
    void stop() {
        for (Running old : plan.stop) {
            // After the attempt it is not known whether the route runs.
            running.remove(old.unit().id());
            try {
                host.remove(old);
            } catch (Exception | Error e) {
                failed(old.unit(), "does not stop", e);
                return;
            }
        }
    }

    /**
     * Adds the new routes, or rolls back.
     *
     * @return why it was rolled back; empty if the change is in effect
     */
    Optional<Failure> start(Map<String, String> values, Supplier<RouteOutcomes> outcomes) {
        if (failure == null) {
            share();
        }
        for (Iterator<RouteUnit> units = plan.start.iterator(); failure == null && units.hasNext(); ) {
            RouteUnit unit = units.next();
            Running next = new Running(unit, values, outcomes.get());
            begun.add(next);
            try {
                running.put(unit.id(), host.add(unit, values, next.outcomes()));
            } catch (Exception | Error e) {
                failed(unit, "does not start", e);
            }
        }
        if (failure != null) {
            rollBack();
        }
        return Optional.ofNullable(failure);
    }

    private void share() {
        TransactionPlan.Shared wanted = plan.shared;
        if (wanted == null) {
            return;
        }
        sharedIsTouched = true;
        try {
            host.share(wanted.files(), wanted.values());
        } catch (Exception | Error e) {
            LOG.debug("What routes share cannot be put in place", e);
            failure = new Failure(
                    null, "its route configurations, templates or beans cannot be put in place: " + reason(e));
        }
    }

    private void failed(RouteUnit unit, String what, Throwable cause) {
        LOG.debug("Route {} {}", unit.id(), what, cause);
        failure = new Failure(unit, "the route '" + unit.id() + "' " + what + ": " + reason(cause));
    }

    private static String reason(Throwable cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return FailureReason.of(cause);
    }

    /**
     * Rolls back a change that is in effect, or was begun. {@link #isUnfinished} tells whether something still has to
     * be restored.
     */
    void rollBack() {
        rolledBack = true;
        begun.forEach(mistaken -> running.remove(mistaken.unit().id()));
        plan.before.forEach((id, old) -> {
            if (!old.equals(running.get(id))) {
                missing.put(id, old);
            }
        });
        repair();
    }

    /** Retries the steps of the roll-back that have failed; returns whether it is complete now. */
    boolean repair() {
        problems.clear();
        for (Iterator<Running> mistaken = begun.iterator(); mistaken.hasNext(); ) {
            Running one = mistaken.next();
            boolean isOut = attempt(one.unit(), "taken out again", () -> host.remove(one));
            if (isOut || missing.containsKey(one.unit().id())) {
                // Restoring the previous route removes this one as well.
                mistaken.remove();
            }
        }
        TransactionPlan.Shared before = plan.sharedBefore;
        if (sharedIsTouched && before != null) {
            sharedIsTouched = !isSharedAgain(before);
        }
        if (!sharedIsTouched) {
            missing.values().removeIf(this::isPutBack);
        }
        return !isUnfinished();
    }

    private boolean isPutBack(Running old) {
        String id = old.unit().id();
        return attempt(old.unit(), "put back as it was", () -> {
            host.remove(old);
            running.put(id, host.add(old.unit(), old.values(), old.outcomes()));
            problems.remove(id);
        });
    }

    private boolean isSharedAgain(TransactionPlan.Shared before) {
        try {
            host.share(before.files(), before.values());
            return true;
        } catch (Exception | Error e) {
            LOG.debug("What routes share cannot be put back", e);
            String file =
                    plan.sharing.stream().findFirst().map(plan.labels::get).orElse("the routes");
            problems.put(
                    "",
                    problem(
                            file,
                            0,
                            "the route configurations, templates or beans of before cannot be put back: " + reason(e)));
            return false;
        }
    }

    private boolean attempt(RouteUnit unit, String what, Step step) {
        try {
            step.run();
            return true;
        } catch (Exception | Error e) {
            LOG.debug("Route {} cannot be {}", unit.id(), what, e);
            String message = "the route '" + unit.id() + "' cannot be " + what + ": " + reason(e);
            problems.put(unit.id(), problem(unit.file().label(), unit.line(), message));
            return false;
        }
    }

    private static Finding problem(String file, int line, String message) {
        String hint = "it is tried again; what a route has not delivered waits in the journal";
        return new Finding(file, line, line == 0 ? 0 : 1, Finding.Severity.ERROR, message, hint);
    }

    /** Whether a part of a roll-back is still to do. */
    boolean isUnfinished() {
        return rolledBack && (sharedIsTouched || !begun.isEmpty() || !missing.isEmpty());
    }

    /** The routes that ran before and do not run now, by id. */
    Map<String, Running> missing() {
        return missing;
    }

    /** The routes that should be removed and perhaps are not. */
    List<Running> leftovers() {
        return rolledBack ? begun : List.of();
    }

    /** Leaves the restoring of shared items to another transaction. */
    void leaveShared() {
        sharedIsTouched = false;
    }

    /** Whether a roll-back has not restored the shared items yet. */
    boolean isSharedUnfinished() {
        return rolledBack && sharedIsTouched;
    }

    /** The latest errors of the roll-back. */
    List<Finding> problems() {
        return List.copyOf(problems.values());
    }
}
