package io.github.dtstream.stream;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Names the components in which two records of a type differ. */
final class Difference {
    private Difference() {}

    /** For example {@code pingInterval PT10S there, PT20S here}; nested records are compared by component. */
    static String between(Record there, Record here) {
        List<String> differences = new ArrayList<>();
        collect(there, here, differences);
        return String.join("; ", differences);
    }

    private static void collect(Record there, Record here, List<String> differences) {
        for (RecordComponent component : there.getClass().getRecordComponents()) {
            Object one = value(component, there);
            Object other = value(component, here);
            if (one instanceof Record inner && other instanceof Record otherInner) {
                collect(inner, otherInner, differences);
            } else if (!Objects.equals(one, other)) {
                differences.add(component.getName() + " " + one + " there, " + other + " here");
            }
        }
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("records of this project are readable", e);
        }
    }
}
