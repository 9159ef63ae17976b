/**
 * The guarantees of the durable journal between the stream and the routes, for all implementations: {@code
 * journal.local} keeps it on disk, {@code journal.kafka} in topics. Its users know only this package and the records;
 * only the code that opens a journal knows the implementation.
 */
@NullMarked
package io.github.dtstream.journal;

import org.jspecify.annotations.NullMarked;
