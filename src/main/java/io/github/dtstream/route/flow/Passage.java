package io.github.dtstream.route.flow;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What is known about the message that comes to a step, and about when it counts as delivered. Immutable.
 *
 * @param reader the route that reads the events from the stream
 * @param body the kind of the body
 * @param headers the kind of the headers
 * @param isUnterminated whether the body certainly does not end with a line break
 * @param copiedBy the enclosing step that works on copies, so that the batch does not wait for a copy in a queue; empty
 *     text if there is none
 * @param isFollowed whether a later step of the same exchange delivers something
 * @param isAwaited whether the exchange expects a reply
 * @param set the headers that the route has set itself: the text of the expression by the name in lower case
 * @param free the headers and variables that hold free text, such as {@code variable.x}
 */
record Passage(
        String reader,
        Body body,
        Headers headers,
        boolean isUnterminated,
        String copiedBy,
        boolean isFollowed,
        boolean isAwaited,
        Map<String, String> set,
        Set<String> free) {

    /** The kinds of bodies. */
    enum Body {
        /** The list of a batch's events, as {@code dt-stream} delivers it. */
        BATCH,
        /** One event. */
        EVENT,
        /** The list that {@code #records} made of a batch. */
        RECORDS,
        /** The same text for every message. */
        CONSTANT,
        /** Something else, or not known. */
        OTHER
    }

    /** The kinds of headers. */
    enum Headers {
        OF_BATCH,
        OF_EVENT,
        UNKNOWN
    }

    Passage {
        set = Map.copyOf(set);
        free = Set.copyOf(free);
    }

    /** What {@code dt-stream} hands to a route. */
    static Passage ofBatch(String reader) {
        return new Passage(reader, Body.BATCH, Headers.OF_BATCH, true, "", false, false, Map.of(), Set.of());
    }

    /** A message about which nothing is known. */
    static Passage ofAnything(String reader) {
        return new Passage(reader, Body.OTHER, Headers.UNKNOWN, false, "", false, false, Map.of(), Set.of());
    }

    Passage withBody(Body other, boolean unterminated) {
        return new Passage(reader, other, headers, unterminated, copiedBy, isFollowed, isAwaited, set, free);
    }

    Passage withHeaders(Headers other) {
        return new Passage(reader, body, other, isUnterminated, copiedBy, isFollowed, isAwaited, set, free);
    }

    Passage copiedBy(String step) {
        return new Passage(reader, body, headers, isUnterminated, step, isFollowed, isAwaited, set, free);
    }

    Passage followed(boolean other) {
        return new Passage(reader, body, headers, isUnterminated, copiedBy, other, isAwaited, set, free);
    }

    Passage awaited(boolean other) {
        return new Passage(reader, body, headers, isUnterminated, copiedBy, isFollowed, other, set, free);
    }

    /** The passage after a step has set a header. */
    Passage withHeader(String name, String text, boolean isFree) {
        Map<String, String> headersNow = new HashMap<>(set);
        headersNow.put(name.toLowerCase(Locale.ROOT), text);
        return withNames(headersNow, "header." + name, isFree);
    }

    Passage withVariable(String name, boolean isFree) {
        return withNames(set, "variable." + name, isFree);
    }

    private Passage withNames(Map<String, String> headersNow, String name, boolean isFree) {
        Set<String> names = new HashSet<>(free);
        if (isFree) {
            names.add(name);
        } else {
            names.remove(name);
        }
        return new Passage(reader, body, headers, isUnterminated, copiedBy, isFollowed, isAwaited, headersNow, names);
    }

    /** What is known where two branches join. */
    Passage or(Passage other) {
        Map<String, String> headersNow = new HashMap<>(set);
        headersNow.putAll(other.set);
        Set<String> names = new HashSet<>(free);
        names.addAll(other.free);
        return new Passage(
                reader,
                body == other.body ? body : Body.OTHER,
                headers == other.headers ? headers : Headers.UNKNOWN,
                isUnterminated && other.isUnterminated,
                copiedBy,
                isFollowed,
                isAwaited || other.isAwaited,
                headersNow,
                names);
    }

    /** The passage after steps with that outcome; what holds for the place itself stays. */
    Passage goingOnWith(Passage outcome) {
        return new Passage(
                reader,
                outcome.body,
                outcome.headers,
                outcome.isUnterminated,
                copiedBy,
                isFollowed,
                outcome.isAwaited,
                outcome.set,
                outcome.free);
    }
}
