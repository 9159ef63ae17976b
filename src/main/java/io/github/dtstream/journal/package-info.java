/**
 * What the durable journal between the stream and the routes promises, whoever keeps it: {@code journal.local} does, on disk.
 * Everything above knows only this package and the records; who opens a journal alone knows which it is.
 */
@NullMarked
package io.github.dtstream.journal;

import org.jspecify.annotations.NullMarked;
