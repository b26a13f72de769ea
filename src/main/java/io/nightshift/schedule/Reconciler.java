package io.nightshift.schedule;

import io.nightshift.definition.Document;
import io.nightshift.failure.NightshiftException;
import io.nightshift.timing.PlannedFire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the schedules in the database those of the files: files that are new are added, changed ones replace what was, and what has no
 * file any more is removed. What was due under the old definition is handed over first; the log and the pauses stay. One process
 * applies at a time.
 */
final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int MOST_LINES = 6;

    private final Path folder;
    private final ScheduleTable table;
    private final EventTable events;
    private final Definitions definitions;
    private final HandOver handOver;
    private final ScheduleAlerts alerts;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private volatile boolean unfinished;

    Reconciler(
            Path folder,
            HandOver.Tables tables,
            Definitions definitions,
            HandOver handOver,
            ScheduleAlerts alerts,
            TransactionTemplate transactions,
            Clock clock) {
        this.folder = folder;
        this.table = tables.schedules();
        this.events = tables.events();
        this.definitions = definitions;
        this.handOver = handOver;
        this.alerts = alerts;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Applies the files. Where there is no such folder, nothing is changed: a process that was started in another directory must not
     * remove the schedules of all. A folder without files removes them, which people are told.
     *
     * @return what changed, by name
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of every file; nothing was changed
     */
    List<ScheduleChange> apply(String who) {
        if (!Files.isDirectory(folder)) {
            LOG.warn("there is no folder {} here; the schedules stay as they were applied last", folder);
            return List.of();
        }
        List<ScheduleFile> files = ScheduleFiles.load(folder);
        Map<String, ScheduleFile> byName = new LinkedHashMap<>();
        files.forEach(file -> byName.put(file.name(), file));
        files.forEach(file -> definitions.keep(file.sha256(), file.definition()));
        List<ScheduleChange> made = new ArrayList<>();
        table.all().forEach(known -> handOver(known, byName.get(known.name())).ifPresent(made::add));
        Set<String> kept = made.stream().map(ScheduleChange::schedule).collect(Collectors.toSet());
        List<ScheduleChange> changes = transactions.execute(status -> apply(byName, kept, who));
        unfinished = !kept.isEmpty();
        made.addAll(changes == null ? List.of() : changes);
        made.forEach(
                change -> LOG.info("schedule={} {} by {} {}", change.schedule(), change.kind(), who, change.details()));
        return made;
    }

    /** Whether the last files that were applied here left something as it was, to be tried again. */
    boolean unfinished() {
        return unfinished;
    }

    private List<ScheduleChange> apply(Map<String, ScheduleFile> files, Set<String> kept, String who) {
        table.lockAll();
        List<ScheduleChange> made = new ArrayList<>();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        files.values().stream().filter(file -> !kept.contains(file.name())).forEach(file -> applied(file, who, now)
                .ifPresent(made::add));
        List<String> removed = table.all().stream()
                .map(KnownSchedule::name)
                .filter(name -> !files.containsKey(name) && !kept.contains(name))
                .toList();
        for (String name : removed) {
            table.remove(name, now);
            events.forget(name);
            made.add(new ScheduleChange(name, ScheduleChange.Kind.REMOVED, ""));
        }
        if (files.isEmpty() && !removed.isEmpty()) {
            LOG.warn("the folder {} holds no schedule: all {} are removed, nothing fires", folder, removed.size());
            alerts.allRemoved(folder.toString(), removed, who);
        }
        table.forgetUnusedCalendars(now);
        return made;
    }

    /**
     * What the old definition had due, before a new one or none takes its place.
     *
     * @return why it has to stay, where it has
     */
    private Optional<ScheduleChange> handOver(KnownSchedule known, @Nullable ScheduleFile file) {
        if (file != null && file.sha256().equals(known.sha256()) || !readable(known)) {
            return Optional.empty();
        }
        try {
            handOver.due(known.name());
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.error("schedule={} stays as it is: what it had due cannot be handed over now", known.name(), e);
            return Optional.of(new ScheduleChange(
                    known.name(),
                    ScheduleChange.Kind.KEPT,
                    "what it had due cannot be handed over now, it is tried again: " + e.getMessage()));
        }
    }

    /** A definition that cannot be read must not end a transaction that hands it over. */
    private boolean readable(KnownSchedule known) {
        try {
            definitions.of(known);
            return true;
        } catch (NightshiftException e) {
            LOG.warn("schedule={} what it had due cannot be read any more: {}", known.name(), e.getMessage());
            return false;
        }
    }

    private Optional<ScheduleChange> applied(ScheduleFile file, String who, Instant now) {
        ScheduleTable.Applied applied = new ScheduleTable.Applied(
                file.name(), file.definition().job(), file.file(), file.text(), file.calendars(), file.sha256(), who);
        Optional<KnownSchedule> known = table.lock(file.name());
        if (known.isEmpty()) {
            table.add(applied, now);
            plan(file, now);
            return Optional.of(new ScheduleChange(file.name(), ScheduleChange.Kind.ADDED, ""));
        }
        KnownSchedule before = known.get();
        if (before.removedAt() != null) {
            change(applied, file, before, now);
            return Optional.of(new ScheduleChange(
                    file.name(), ScheduleChange.Kind.ADDED, "it was removed at " + before.removedAt()));
        }
        if (before.sha256().equals(file.sha256())) {
            return Optional.empty();
        }
        // Another process may have changed it since what was due was handed over.
        if (readable(before)) {
            handOver.due(before.name());
        }
        change(applied, file, table.lock(file.name()).orElse(before), now);
        return Optional.of(new ScheduleChange(file.name(), ScheduleChange.Kind.CHANGED, difference(before, file)));
    }

    /** Of what the log has already, by a process whose clock goes before this one's, nothing is planned again. */
    private void change(ScheduleTable.Applied applied, ScheduleFile file, KnownSchedule before, Instant now) {
        table.change(applied, waitsForTheSame(file, before) ? before.waitingSince() : now, now);
        plan(file, before.plannedUntil().isAfter(now) ? before.plannedUntil() : now);
    }

    /** A success that an edit of the file finds unheard is still waited for. */
    private boolean waitsForTheSame(ScheduleFile file, KnownSchedule before) {
        return before.removedAt() == null
                && file.definition().trigger() instanceof Trigger.After now
                && readable(before)
                && definitions.of(before).trigger() instanceof Trigger.After then
                && Set.copyOf(now.jobs()).equals(Set.copyOf(then.jobs()));
    }

    /** Where this process sets no trigger, or dies before, another finds the schedule due. */
    private void plan(ScheduleFile file, Instant from) {
        if (file.definition().trigger() instanceof Trigger.Timed timed) {
            Instant next = timed.timing().next(from).map(PlannedFire::time).orElse(null);
            table.planned(file.name(), from, next);
        }
    }

    private String difference(KnownSchedule before, ScheduleFile file) {
        List<String> differences = new ArrayList<>();
        if (!before.definition().equals(file.text())) {
            differences.add(difference(before.definition(), file.text()));
        }
        Map<String, String> calendars = ScheduleTable.digests(before.calendars());
        file.calendars().forEach((path, text) -> {
            String old = calendars.get(path);
            if (!Document.sha256(text).equals(old)) {
                differences.add(old == null ? path : path + ": " + difference(table.calendar(old), text));
            }
        });
        return String.join("; ", differences);
    }

    /** The lines that are in one text only, a few of them. */
    static String difference(String before, String after) {
        Set<String> old = new LinkedHashSet<>(Arrays.asList(before.split("\\R")));
        Set<String> now = new LinkedHashSet<>(Arrays.asList(after.split("\\R")));
        List<String> lines = new ArrayList<>();
        old.stream()
                .filter(line -> !now.contains(line) && !line.isBlank())
                .forEach(line -> lines.add("- " + line.strip()));
        now.stream()
                .filter(line -> !old.contains(line) && !line.isBlank())
                .forEach(line -> lines.add("+ " + line.strip()));
        String shown = String.join("; ", lines.subList(0, Math.min(MOST_LINES, lines.size())));
        return lines.size() > MOST_LINES ? shown + "; and " + (lines.size() - MOST_LINES) + " more lines" : shown;
    }
}
