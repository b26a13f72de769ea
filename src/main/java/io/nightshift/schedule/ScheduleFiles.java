package io.nightshift.schedule;

import io.nightshift.definition.DefinitionFiles;
import io.nightshift.definition.Problems;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.failure.Suggestion;
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
     * @return files by name; none where there is no such folder
     * @throws NightshiftException DEFINITION_INVALID with every problem of every file: two with one name, and jobs that
     *     wait for each other, too
     */
    public static List<ScheduleFile> load(Path folder) {
        return Files.isDirectory(folder) ? load(List.of(folder), null) : List.of();
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
        List<ScheduleFile> schedules = new ArrayList<>();
        for (Path file : DefinitionFiles.under(paths, problems)) {
            ScheduleFile schedule = ScheduleFile.read(file, problems);
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
        if (DefinitionFiles.isDefinition(nameOrFile)) {
            return ScheduleFile.load(Path.of(nameOrFile));
        }
        Problems broken = new Problems();
        Map<String, ScheduleFile> schedules = new LinkedHashMap<>();
        List<Path> files =
                Files.isDirectory(folder) ? DefinitionFiles.under(List.of(folder), new Problems()) : List.of();
        for (Path file : files) {
            ScheduleFile schedule = ScheduleFile.read(file, broken);
            ScheduleFile other = schedule == null ? null : schedules.putIfAbsent(schedule.name(), schedule);
            if (schedule != null && other != null && schedule.name().equals(nameOrFile)) {
                throw NightshiftException.invalidDefinitions(List.of(sameName(schedule, other)));
            }
        }
        ScheduleFile schedule = schedules.get(nameOrFile);
        if (schedule == null) {
            throw unknown(folder, nameOrFile, schedules, broken);
        }
        return schedule;
    }

    /** Whether a file says that it is a schedule, be it broken or not. */
    public static boolean isSchedule(Path file) {
        try {
            return DefinitionFiles.isDefinition(file.toString())
                    && KEY.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            return false;
        }
    }

    private static NightshiftException unknown(
            Path folder, String name, Map<String, ScheduleFile> schedules, Problems broken) {
        List<Problem> own = broken.sorted().stream()
                .filter(problem -> DefinitionFiles.stem(problem.file()).equals(name))
                .toList();
        if (!own.isEmpty()) {
            return NightshiftException.invalidDefinitions(own);
        }
        long brokenFiles =
                broken.sorted().stream().map(Problem::file).distinct().count();
        return new NightshiftException(
                FailureCode.SCHEDULE_UNKNOWN,
                "there is no schedule '" + name + "' in " + folder
                        + (schedules.isEmpty() ? "" : " (there are " + String.join(", ", schedules.keySet()) + ")")
                        + (brokenFiles == 0 ? "" : " (files with problems: " + brokenFiles + ", see 'validate')")
                        + Suggestion.suffix(name, schedules.keySet()),
                folder.toString(),
                null);
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
