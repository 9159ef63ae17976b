package io.github.dtstream.cluster;

/**
 * The group that this router belongs to, as its settings say; nothing is joined yet.
 *
 * @param name the group's name
 * @param node this router's name in the group
 * @param isElsewhere whether the group goes on without this process, which tries the group's routes alone
 */
public record RouterGroup(String name, String node, boolean isElsewhere) {
    /** A group of which this router is a member. */
    public RouterGroup(String name, String node) {
        this(name, node, false);
    }

    /** A group whose routes this process tries without being a member: routes that the group shares run here alone. */
    public static RouterGroup elsewhere(String name) {
        return new RouterGroup(name, "", true);
    }
}
