/**
 * Journals in a file, to move them from one storage to another: the file's format, and the two ways. It knows no storage,
 * only {@code StoredJournals}. One thread does all of it.
 *
 * <p>The file is NDJSON, in this order; the records are those of the journal's own files:
 *
 * <pre>
 * {"dtStreamExport":1,"id":"…","created":"2026-11-26T18:07:36Z","journals":2}
 * {"journal":"PROJECT/STREAM","kind":"events","first":1,"next":4712,"lastReceived":"…","lastLive":"…","cursors":1,"stateBytes":310}
 * {"cursor":"files","next":4700,"idleSeconds":0}
 * {"state":"…"}                       text; stateBase64 if it is none
 * {"crc":"1a2b3c4d","sequence":1,"received":"…","source":"live","event":{…}}
 * {"end":"PROJECT/STREAM","records":4711,"sha256":"…"}
 * {"end":"export","journals":2,"sha256":"…"}
 * </pre>
 *
 * {@code sha256} covers all bytes of the file before its own line. A file without the last line is not complete.
 */
@NullMarked
package io.github.dtstream.journal.export;

import org.jspecify.annotations.NullMarked;
