package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.Successor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The predecessor was told to end, which is final; its successor takes over when it has ended.
 *
 * @param successorEnd the fault with which the successor has ended meanwhile; null while it runs
 */
record WhileHandingOver(
        WhileLive predecessor,
        Successor successor,
        @Nullable Fault successorEnd) implements Situation {
    @Override
    public SessionState.Live shown() {
        return predecessor.shown();
    }

    @Override
    public Transition on(Happening happening, SessionContext context) {
        if (happening instanceof Happening.Ended end && end.isOf(predecessor.connection())) {
            return takeOver(context);
        }
        if (happening instanceof Happening.Ended end && end.isOf(successor.connection())) {
            return Transition.to(new WhileHandingOver(predecessor, successor, end.fault()));
        }
        if (happening instanceof Happening.Complete complete && complete.isOf(predecessor.connection())) {
            return Transition.to(this).then(() -> context.resume(predecessor.connection()));
        }
        if (happening instanceof Happening.Failed) {
            return context.startOver(this);
        }
        return happening instanceof Happening.Stop ? context.close(this) : Transition.to(this);
    }

    private Transition takeOver(SessionContext context) {
        Transition over =
                context.takeOver(successor, shown(), "a planned renewal could not be proven to be without loss");
        return successorEnd == null
                ? over
                : over.then(() -> context.tell(new Happening.Ended(successor.connection(), successorEnd)));
    }

    @Override
    public List<StreamConnection> connections() {
        return List.of(predecessor.connection(), successor.connection());
    }

    @Override
    public void abort() {
        predecessor.abort();
        successor.abort();
    }
}
