package io.nightshift.job;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/**
 * A parameter's value in its canonical text form.
 *
 * @param type what the text was checked against
 * @param text canonical: ISO-8601 for dates and timestamps, {@code true}/{@code false}, decimal digits
 */
public record ParameterValue(ParameterType type, String text) {

    /** The value as Java's type for it, to be bound to a statement. */
    public Object value() {
        return switch (type) {
            case STRING -> text;
            case LONG -> Long.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case BOOLEAN -> Boolean.valueOf(text);
            case DATE -> LocalDate.parse(text);
            case TIMESTAMP -> LocalDateTime.parse(text);
        };
    }

    static ParameterValue timestamp(LocalDateTime moment) {
        return new ParameterValue(ParameterType.TIMESTAMP, DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(moment));
    }
}
