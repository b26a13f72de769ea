package io.nightshift.schedule;

import io.nightshift.definition.Document;
import io.nightshift.definition.Node;
import io.nightshift.definition.Place;
import io.nightshift.definition.Problems;
import io.nightshift.timing.CalendarFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A schedule file that has no problem of its own. It keeps the exact text that was read, so a later change of the file
 * changes nothing here; the days of its calendar files are those of that moment too. Immutable.
 */
public final class ScheduleFile {

    private static final String OPENING = "${";
    private static final Pattern FOR_EXPRESSIONS = Pattern.compile("parameters\\.[^.]+|description");

    private final Document document;
    private final ScheduleDefinition definition;
    private final Map<String, String> calendars;
    private final String sha256;

    private ScheduleFile(Document document, ScheduleDefinition definition, Map<String, String> calendars) {
        this.document = document;
        this.definition = definition;
        this.calendars = Collections.unmodifiableMap(new TreeMap<>(calendars));
        this.sha256 = sha256(document, this.calendars);
    }

    /**
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of the file
     */
    public static ScheduleFile load(Path file) {
        Problems problems = new Problems();
        ScheduleFile schedule = read(file, problems);
        problems.throwIfAny();
        return Objects.requireNonNull(schedule, "a file without problems is a schedule");
    }

    /**
     * A schedule from text that is no file any more.
     *
     * @param name for messages
     * @param calendars the calendar files that it names
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of the text
     */
    public static ScheduleFile parse(String name, String text, CalendarFiles calendars) {
        Problems problems = new Problems();
        ScheduleFile schedule =
                bind(Document.parse(name, text.getBytes(StandardCharsets.UTF_8), problems), calendars, problems);
        problems.throwIfAny();
        return Objects.requireNonNull(schedule, "a text without problems is a schedule");
    }

    /** The schedule, or null after reporting every problem of the file. */
    static @Nullable ScheduleFile read(Path file, Problems problems) {
        return read(file, new CalendarFiles.Memory(), problems);
    }

    /** As {@link #read(Path, Problems)}, with calendar files that others may have read. */
    static @Nullable ScheduleFile read(Path file, CalendarFiles.Memory calendars, Problems problems) {
        return bind(Document.read(file, problems), CalendarFiles.here(calendars), problems);
    }

    private static @Nullable ScheduleFile bind(
            @Nullable Document document, CalendarFiles calendars, Problems problems) {
        if (document == null) {
            return null;
        }
        int before = problems.size();
        document.root().mapScalars(scalar -> refuseExpression(scalar, problems));
        ScheduleDefinition definition = ScheduleFormat.format(calendars).read(document.root(), problems);
        return definition == null || problems.size() > before
                ? null
                : new ScheduleFile(document, definition, calendars.texts());
    }

    private static Node.Scalar refuseExpression(Node.Scalar scalar, Problems problems) {
        if (scalar.text().contains(OPENING)
                && !FOR_EXPRESSIONS.matcher(scalar.place().path()).matches()) {
            problems.add(scalar.place(), scalar.kind() + ": expressions are allowed in parameters only");
        }
        return scalar;
    }

    /** The file as the user named it. */
    public String file() {
        return document.file();
    }

    public String name() {
        return definition.name();
    }

    public ScheduleDefinition definition() {
        return definition;
    }

    /** The exact text of the file. */
    public String text() {
        return document.text();
    }

    /** The texts of the calendar files that it names, by their paths. */
    Map<String, String> calendars() {
        return calendars;
    }

    /** Of the file and of the calendar files that it names, in lower case hexadecimal digits. */
    public String sha256() {
        return sha256;
    }

    private static String sha256(Document document, Map<String, String> calendars) {
        if (calendars.isEmpty()) {
            return document.sha256();
        }
        StringBuilder all = new StringBuilder(document.sha256());
        calendars.forEach(
                (path, text) -> all.append('\n').append(path).append('\n').append(text));
        return Document.sha256(all.toString());
    }

    /** Where a value such as {@code parameters.day} stands. */
    public Place place(String path) {
        return document.place(path);
    }
}
