package io.github.dtstream.route.model;

import java.util.Set;

/**
 * One route as a file defines it: what is started, stopped and swapped as a whole. Immutable.
 *
 * @param id the route's id: its own, or made from the file's name where it has none
 * @param file the file it stands in
 * @param index which item of the file
 * @param line where the item begins, from 1
 * @param isTemplated whether it is made from a route template
 * @param beans the items of the file that declare beans
 * @param fileLevelWithoutBeans the other items that concern every route of the file, such as {@code onException}
 * @param included whether its precondition holds
 * @param fingerprint of everything that makes the route what it is, placeholders resolved, comments and layout left out
 * @param beansFingerprint the same of the beans that its file declares
 */
public record RouteUnit(
        String id,
        RouteFile file,
        int index,
        int line,
        boolean isTemplated,
        Set<Integer> beans,
        Set<Integer> fileLevelWithoutBeans,
        boolean included,
        String fingerprint,
        String beansFingerprint) {

    public RouteUnit {
        beans = Set.copyOf(beans);
        fileLevelWithoutBeans = Set.copyOf(fileLevelWithoutBeans);
    }

    public boolean sameAs(RouteUnit other) {
        return fingerprint.equals(other.fingerprint);
    }
}
