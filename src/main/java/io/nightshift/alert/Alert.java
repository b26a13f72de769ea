package io.nightshift.alert;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that people should know. Control characters, which could forge lines of a log or of a mail's head, become
 * spaces, and text that is too long is cut. Immutable.
 *
 * @param key what the alert is about, exactly: the same key is alerted once, however often it is raised; at most 300 characters
 * @param subject the schedule or job
 * @param run the run's id, or null where there is none
 * @param text what happened and what to do, in words
 * @param at when it happened
 */
public record Alert(
        String key,
        AlertKind kind,
        String subject,
        @Nullable String run,
        String text,
        Instant at) {

    private static final int LONGEST_KEY = 300;
    private static final int LONGEST_SUBJECT = 300;
    private static final int LONGEST_RUN = 100;
    private static final int LONGEST_TEXT = 4000;

    public Alert {
        if (key.isBlank() || key.length() > LONGEST_KEY) {
            throw new IllegalArgumentException("the key of an alert has 1 to " + LONGEST_KEY + " characters: " + key);
        }
        subject = PlainText.line(subject, LONGEST_SUBJECT);
        run = run == null ? null : PlainText.line(run, LONGEST_RUN);
        text = PlainText.lines(text, LONGEST_TEXT);
    }
}
