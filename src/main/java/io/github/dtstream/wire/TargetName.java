package io.github.dtstream.wire;

import org.jspecify.annotations.Nullable;

/** The subject of an event: a project, or a device in a project. */
record TargetName(String projectId, @Nullable String deviceId) {
    private static final String PROJECTS = "projects/";
    private static final String DEVICES = "/devices/";

    /** Reads {@code projects/P} or {@code projects/P/devices/D}. */
    static TargetName parse(String text) throws InvalidRecordException {
        int projectEnd = text.indexOf('/', PROJECTS.length());
        if (!text.startsWith(PROJECTS) || (projectEnd >= 0 && !text.startsWith(DEVICES, projectEnd))) {
            throw new InvalidRecordException("targetName is neither projects/P nor projects/P/devices/D");
        }
        if (projectEnd < 0) {
            return new TargetName(project(text.substring(PROJECTS.length())), null);
        }
        String device = text.substring(projectEnd + DEVICES.length());
        return new TargetName(
                project(text.substring(PROJECTS.length(), projectEnd)),
                InvalidRecordException.requireIdentifier("the device in targetName", device));
    }

    private static String project(String text) throws InvalidRecordException {
        return InvalidRecordException.requireIdentifier("the project in targetName", text);
    }
}
