package io.github.dtstream.management;

/** A part of the router that has metrics. */
@FunctionalInterface
public interface MetricSource {
    /** Adds the current samples. Called for each scrape, by any thread. */
    void collect(MetricFamilies all);
}
