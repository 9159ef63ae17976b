package io.github.dtstream.camel;

import io.github.dtstream.cluster.Holding;
import io.github.dtstream.cluster.StreamGroup;
import io.github.dtstream.cluster.StreamGroups;
import io.github.dtstream.cluster.StreamListener;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A group of routers that assigns streams when the test says so. */
public final class FakeStreamGroup implements StreamGroups, StreamGroup {
    final Set<String> wanted = new ConcurrentSkipListSet<>();
    /** What was asked for ({@code + STREAM}) and no longer asked for ({@code - STREAM}), in order. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** The streams for which the router has said that it is ready. */
    final Set<String> ready = new ConcurrentSkipListSet<>();

    final List<String> released = new CopyOnWriteArrayList<>();
    volatile boolean others;
    volatile boolean hasLeft;
    private final boolean hot;
    private volatile @Nullable StreamListener listener;

    public FakeStreamGroup(boolean hot) {
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

    public void assign(String stream) {
        listener().assigned(Set.of(stream));
    }

    void revoke(String stream) {
        listener().revoked(Set.of(stream));
    }

    public void lose(String stream) {
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
