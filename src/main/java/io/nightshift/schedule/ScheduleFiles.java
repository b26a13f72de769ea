package io.nightshift.schedule;

import io.nightshift.definition.DefinitionFiles;
import io.nightshift.definition.NamedFiles;
import io.nightshift.definition.Problems;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.timing.CalendarFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds and loads schedule files. Reads only; holds nothing between calls. */
public final class ScheduleFiles {

    /** Where schedules are looked for that are named without a place. */
    public static final Path FOLDER = Path.of("schedules");

    private static final Pattern KEY = Pattern.compile("^schedule *:", Pattern.MULTILINE);

    private ScheduleFiles() {}

    /**
     * Loads every schedule file of a folder.
     *
     * @return files by name; none where there is no such folder, or no file in it
     * @throws NightshiftException DEFINITION_INVALID with every problem of every file: two with one name, and jobs that
     *     wait for each other, too
     */
    public static List<ScheduleFile> load(Path folder) {
        Problems problems = new Problems();
        return Files.isDirectory(folder) ? loaded(DefinitionFiles.in(folder, problems), null, problems) : List.of();
    }

    /**
     * Loads files and folders, as {@link #load(Path)} does.
     *
     * @param checks what else is checked, or null for nothing
     * @return in the order of the paths, files of a folder by name
     * @throws NightshiftException as {@link #load(Path)}, with what the checks report
     */
    public static List<ScheduleFile> load(List<Path> paths, @Nullable ScheduleChecks checks) {
        Problems problems = new Problems();
        return loaded(DefinitionFiles.under(paths, problems), checks, problems);
    }

    private static List<ScheduleFile> loaded(List<Path> files, @Nullable ScheduleChecks checks, Problems problems) {
        List<ScheduleFile> schedules = new ArrayList<>();
        CalendarFiles.Memory calendars = new CalendarFiles.Memory();
        for (Path file : files) {
            ScheduleFile schedule = ScheduleFile.read(file, calendars, problems);
            if (schedule != null) {
                schedules.add(schedule);
            }
        }
        refuseSameNames(schedules, problems);
        new AfterCycles(schedules).report(problems);
        if (checks != null) {
            schedules.forEach(schedule -> checks.check(schedule, problems));
        }
        problems.throwIfAny();
        return List.copyOf(schedules);
    }

    /**
     * The schedule of a name among a folder's files, or of a file: what ends in {@code .yaml} or {@code .yml} is a file.
     * Files of other schedules may be broken.
     *
     * @throws NightshiftException SCHEDULE_UNKNOWN, with the nearest name; DEFINITION_INVALID where the file that has the
     *     name is broken, or two files have it
     */
    public static ScheduleFile find(Path folder, String nameOrFile) {
        return DefinitionFiles.isDefinition(nameOrFile)
                ? ScheduleFile.load(Path.of(nameOrFile))
                : new NamedFiles<>(
                                "schedule",
                                FailureCode.SCHEDULE_UNKNOWN,
                                ScheduleFile::read,
                                ScheduleFile::name,
                                ScheduleFiles::sameName)
                        .find(folder, nameOrFile);
    }

    /** Whether a file says that it is a schedule, be it broken or not. */
    public static boolean isSchedule(Path file) {
        try {
            return DefinitionFiles.isDefinition(file.toString())
                    && Files.isRegularFile(file)
                    && KEY.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            return false;
        }
    }

    private static void refuseSameNames(List<ScheduleFile> schedules, Problems problems) {
        Map<String, ScheduleFile> byName = new LinkedHashMap<>();
        for (ScheduleFile schedule : schedules) {
            ScheduleFile other = byName.putIfAbsent(schedule.name(), schedule);
            if (other != null) {
                problems.add(sameName(schedule, other));
            }
        }
    }

    private static Problem sameName(ScheduleFile schedule, ScheduleFile other) {
        return schedule.place("schedule")
                .problem("the name '" + schedule.name() + "' is already taken by " + other.file());
    }
}
