package io.github.dtstream.cluster;

/**
 * The group that this router belongs to, as its settings say; nothing is joined yet.
 *
 * @param name the group's name
 * @param node this router's name in the group
 */
public record RouterGroup(String name, String node) {}
