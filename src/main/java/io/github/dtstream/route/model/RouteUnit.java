package io.github.dtstream.route.model;

import java.util.Set;

/**
 * One route as a file defines it, which is started, stopped and swapped as a whole. Immutable.
 *
 * @param id the route's id; if it declares none, one made from the file's name
 * @param file the file that defines it
 * @param index the index of its item in the file, from 0
 * @param line the line on which the item begins, from 1
 * @param isTemplated whether it is made from a route template
 * @param beans the items of the file that declare beans
 * @param fileLevelWithoutBeans the other items that concern every route of the file, such as {@code onException}
 * @param included whether its precondition holds
 * @param fingerprint a hash of everything that defines the route, with placeholders resolved, without comments and
 *     layout
 * @param beansFingerprint the same for the beans that its file declares
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
