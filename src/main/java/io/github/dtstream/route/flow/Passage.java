package io.github.dtstream.route.flow;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What comes to a step of a route, and when that counts as delivered. Immutable.
 *
 * @param reader the route whose events they are
 * @param body what the body is
 * @param headers whose headers there are
 * @param isUnterminated whether the body is known not to end its line
 * @param copiedBy the step around that works on a copy, so that the batch does not wait for what a queue still holds of it;
 *     empty text where there is none
 * @param isFollowed whether something leaves the route after the step, in the same exchange
 * @param isAwaited whether a reply is waited for where one can be given
 * @param set the headers that the route has set itself, in small letters, with the expression's text
 * @param free what holds names or labels as they are, such as {@code variable.x}
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

    /** What a body is. */
    enum Body {
        /** The list of a batch's events, as they came. */
        BATCH,
        /** One event. */
        EVENT,
        /** The list that {@code #records} made of a batch. */
        RECORDS,
        /** The same text for every message. */
        CONSTANT,
        /** Not known, or something else. */
        OTHER
    }

    /** Whose headers a message has. */
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

    /** Where nothing is known of what comes. */
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

    /** As it is when a step has set a header. */
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

    /** What is known where two ways meet. */
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

    /** As it goes on with what comes out of steps, in the place where these stand. */
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
