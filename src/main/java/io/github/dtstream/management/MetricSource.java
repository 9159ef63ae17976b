package io.github.dtstream.management;

/** Another part of the router that has figures to tell. */
@FunctionalInterface
public interface MetricSource {
    /** Adds what there is now; called for each scrape, by any thread. */
    void collect(MetricFamilies all);
}
