package io.github.dtstream.camel;

import io.github.dtstream.cluster.Holding;
import io.github.dtstream.cluster.StreamGroup;
import io.github.dtstream.cluster.StreamGroups;
import io.github.dtstream.cluster.StreamListener;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A group of routers that assigns streams when the test says so. */
final class FakeStreamGroup implements StreamGroups, StreamGroup {
    final Set<String> wanted = new ConcurrentSkipListSet<>();
    /** What was asked for ({@code + STREAM}) and no longer asked for ({@code - STREAM}), in order. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** The streams for which the router has said that it is ready. */
    final Set<String> ready = new ConcurrentSkipListSet<>();

    final List<String> released = new CopyOnWriteArrayList<>();
    /** The streams of each call of {@link #handOver}. */
    final List<List<String>> handedOver = new CopyOnWriteArrayList<>();
    /** Whether other nodes take over what is given to them. */
    volatile boolean takes = true;
    /** Runs when others have taken streams over, before the router goes on. */
    volatile Runnable whileHandedOver = () -> {};

    volatile boolean others;
    volatile boolean hasLeft;
    private final boolean hot;
    private volatile @Nullable StreamListener listener;

    FakeStreamGroup(boolean hot) {
        this.hot = hot;
    }

    @Override
    public StreamGroup join(StreamListener told) {
        listener = told;
        return this;
    }

    @Override
    public boolean standsByHot() {
        return hot;
    }

    private StreamListener listener() {
        return Objects.requireNonNull(listener);
    }

    void assign(String stream) {
        listener().assigned(Set.of(stream));
    }

    void revoke(String stream) {
        listener().revoked(Set.of(stream));
    }

    void lose(String stream) {
        listener().lost(Set.of(stream));
    }

    @Override
    public String node() {
        return "this";
    }

    @Override
    public void want(String stream) {
        asked.add("+ " + stream);
        wanted.add(stream);
    }

    @Override
    public void ready(String stream) {
        ready.add(stream);
    }

    @Override
    public void wantNoMore(String stream) {
        asked.add("- " + stream);
        wanted.remove(stream);
    }

    @Override
    public void release(String stream, String why) {
        released.add(stream + ": " + why);
    }

    @Override
    public boolean handOver(Set<String> streams, String why, Duration patience) {
        handedOver.add(List.copyOf(new TreeSet<>(streams)));
        if (!takes) {
            return false;
        }
        wanted.removeAll(streams);
        listener().revoked(streams);
        whileHandedOver.run();
        return true;
    }

    @Override
    public Optional<Holding> holding(String stream) {
        return Optional.of(new Holding(stream, "other", null, ""));
    }

    @Override
    public List<Holding> holdings() {
        return wanted.stream().flatMap(one -> holding(one).stream()).toList();
    }

    @Override
    public boolean hasOthers() {
        return others;
    }

    @Override
    public void close() {
        listener().revoked(wanted);
        hasLeft = true;
    }
}
