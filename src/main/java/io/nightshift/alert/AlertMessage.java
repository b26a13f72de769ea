package io.nightshift.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is sent at once: one alert, or several that waited, summed up by kind and subject. Immutable.
 *
 * @param id of the alert, or of the message where it sums up several; a message that is sent again has the same
 * @param groups in the order of their first alerts
 */
record AlertMessage(UUID id, List<Group> groups) {

    private static final int MOST_SHOWN = 50;

    AlertMessage {
        groups = List.copyOf(groups);
    }

    /**
     * The alerts of one kind and subject.
     *
     * @param run of the last of them, or null
     * @param text of the last of them
     */
    record Group(
            String kind,
            String subject,
            long count,
            Instant first,
            Instant last,
            @Nullable String run,
            String text) {

        String title() {
            return kind + " " + subject + (count == 1 ? "" : " (" + count + " times)");
        }

        String line() {
            String when = count == 1 ? "at " + first : "from " + first + " to " + last + ", the last one";
            return title() + " " + when + (run == null ? "" : ", run " + run) + ": " + text;
        }
    }

    /** How many alerts the message is about. */
    long count() {
        return groups.stream().mapToLong(Group::count).sum();
    }

    /** The groups that there is room for. */
    List<Group> shown() {
        return groups.subList(0, Math.min(groups.size(), MOST_SHOWN));
    }

    /** How many groups there is no room for. */
    int left() {
        return Math.max(0, groups.size() - MOST_SHOWN);
    }

    /** On one line. */
    String title() {
        return groups.size() == 1
                ? groups.get(0).title()
                : count() + " alerts: " + groups.get(0).title() + " and " + (groups.size() - 1)
                        + " more kinds or subjects";
    }

    String text() {
        List<String> lines = new ArrayList<>();
        shown().forEach(group -> lines.add(group.line()));
        if (left() > 0) {
            lines.add("and " + left() + " more kinds or subjects; `nightshift alerts` lists every alert");
        }
        return String.join("\n", lines);
    }
}
