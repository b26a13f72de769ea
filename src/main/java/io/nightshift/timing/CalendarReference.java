package io.nightshift.timing;

import io.nightshift.definition.Formats;
import io.nightshift.definition.Node;
import io.nightshift.definition.Problems;
import io.nightshift.definition.ValueFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A calendar by its name: {@code holidays/DE-BY}, or the path of a calendar file, which is read at once. */
final class CalendarReference implements ValueFormat<DayCalendar> {

    private static final ValueFormat<String> TEXT =
            Formats.text().describedAs("holidays/ and a country such as holidays/DE, or the path of a calendar file");

    private final CalendarFiles files;

    CalendarReference(CalendarFiles files) {
        this.files = files;
    }

    @Override
    public @Nullable DayCalendar read(Node node, Problems problems) {
        String name = TEXT.read(node, problems);
        if (name == null) {
            return null;
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return files.read(name, node, problems);
        }
        try {
            if (name.startsWith(Holidays.PREFIX)) {
                return Holidays.of(name.substring(Holidays.PREFIX.length()));
            }
            throw new IllegalArgumentException("is not " + expected());
        } catch (IllegalArgumentException e) {
            problems.add(node.place(), node.kind() + ": " + e.getMessage());
            return null;
        }
    }

    @Override
    public Map<String, Object> schema() {
        return TEXT.schema();
    }

    @Override
    public String expected() {
        return TEXT.expected();
    }
}
