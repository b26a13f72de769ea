package io.nightshift.schedule;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.SqlInstant;
import io.nightshift.definition.Document;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table of schedules. Its statements take part in the caller's transaction. Thread-safe. */
final class ScheduleTable {

    private static final int LONGEST_TROUBLE = 2000;

    /** Another process may still plan by what was applied before. */
    private static final Duration UNUSED_CALENDARS = Duration.ofDays(7);

    private static final TypeReference<Map<String, String>> TEXT_MAP = new TypeReference<>() {};

    private static final String SELECT = """
            select name, job, file, definition, calendars, sha256, applied_at, applied_by, planned_until, next_fire_at,
                coalesce(waiting_since, applied_at) as waiting_since, paused_by, paused_reason, paused_at, paused_until,
                removed_at, looked_at, trouble, %s
            from nightshift_schedule""".formatted(FireCounts.COLUMNS);

    private final JdbcClient jdbc;

    ScheduleTable(LedgerDatabase metadata) {
        this.jdbc = metadata.jdbc();
    }

    /** Every schedule that is not removed, by name. */
    List<KnownSchedule> all() {
        return jdbc.sql(SELECT + " where removed_at is null order by name")
                .query(ScheduleTable::map)
                .list();
    }

    Optional<KnownSchedule> find(String name) {
        return jdbc.sql(SELECT + " where name = ?")
                .param(name)
                .query(ScheduleTable::map)
                .optional();
    }

    /** Keeps others from handing over fires of a schedule until the caller's transaction ends. */
    Optional<KnownSchedule> lock(String name) {
        return jdbc.sql(SELECT + " where name = ? for update")
                .param(name)
                .query(ScheduleTable::map)
                .optional();
    }

    /** Keeps other processes from applying files until the caller's transaction ends. */
    void lockAll() {
        jdbc.sql("select name from nightshift_lock where name = 'schedules' for update")
                .query(String.class)
                .single();
    }

    void add(Applied applied, Instant now) {
        jdbc.sql("""
                insert into nightshift_schedule (name, job, file, definition, calendars, sha256, applied_at, applied_by,
                    planned_until)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        applied.name(),
                        applied.job(),
                        applied.file(),
                        applied.definition(),
                        calendars(applied.calendars()),
                        applied.sha256(),
                        Timestamp.from(now),
                        applied.who(),
                        Timestamp.from(now))
                .update();
    }

    /** What comes of a file. */
    record Applied(
            String name,
            String job,
            String file,
            String definition,
            Map<String, String> calendars,
            String sha256,
            String who) {}

    /**
     * Another definition, or one that comes back; planned fires count from now on.
     *
     * @param waitingSince since when the success of a job is news to it
     */
    void change(Applied applied, Instant waitingSince, Instant now) {
        jdbc.sql("""
                update nightshift_schedule set job = ?, file = ?, definition = ?, calendars = ?, sha256 = ?, applied_at = ?,
                    applied_by = ?, planned_until = ?, waiting_since = ?, next_fire_at = null, removed_at = null,
                    looked_at = null, trouble = null
                where name = ?""")
                .params(
                        applied.job(),
                        applied.file(),
                        applied.definition(),
                        calendars(applied.calendars()),
                        applied.sha256(),
                        Timestamp.from(now),
                        applied.who(),
                        Timestamp.from(now),
                        Timestamp.from(waitingSince),
                        applied.name())
                .update();
    }

    void remove(String name, Instant now) {
        jdbc.sql("update nightshift_schedule set removed_at = ?, next_fire_at = null where name = ?")
                .params(Timestamp.from(now), name)
                .update();
    }

    /** What kept its plan from being handed over before is over. */
    void planned(String name, Instant until, @Nullable Instant next) {
        jdbc.sql("update nightshift_schedule set planned_until = ?, next_fire_at = ?, trouble = null where name = ?")
                .param(Timestamp.from(until))
                .param(SqlInstant.value(next))
                .param(name)
                .update();
    }

    void pause(String name, @Nullable Pause pause) {
        jdbc.sql("update nightshift_schedule set paused_by = ?, paused_reason = ?, paused_at = ?, paused_until = ?"
                        + " where name = ?")
                .param(pause == null ? null : pause.who())
                .param(pause == null ? null : pause.reason())
                .param(SqlInstant.value(pause == null ? null : pause.since()))
                .param(SqlInstant.value(pause == null ? null : pause.until()))
                .param(name)
                .update();
    }

    /** Names of the schedules whose next planned fire is due. */
    List<String> due(Instant now) {
        return jdbc.sql("select name from nightshift_schedule where next_fire_at <= ? and removed_at is null"
                        + " order by next_fire_at, name")
                .param(Timestamp.from(now))
                .query(String.class)
                .list();
    }

    /** Takes the turn to look for a schedule's data. Returns false where another process looked within the pause. */
    boolean takeTurn(String name, Instant now, Duration pause) {
        return jdbc.sql("update nightshift_schedule set looked_at = ? where name = ? and removed_at is null"
                                + " and (looked_at is null or looked_at <= ?)")
                        .params(Timestamp.from(now), name, Timestamp.from(now.minus(pause)))
                        .update()
                == 1;
    }

    /** Notes that a schedule was looked for what it waits for. */
    void looked(String name, Instant now) {
        jdbc.sql("update nightshift_schedule set looked_at = ? where name = ?")
                .params(Timestamp.from(now), name)
                .update();
    }

    /** Lets the next look for what a schedule waits for be its first. */
    void lookAgain(String name) {
        jdbc.sql("update nightshift_schedule set looked_at = null where name = ?")
                .param(name)
                .update();
    }

    /** @param trouble of whatever length; its beginning is kept */
    void trouble(String name, @Nullable String trouble) {
        jdbc.sql("update nightshift_schedule set trouble = ? where name = ?")
                .param(trouble == null ? null : shortened(trouble))
                .param(name)
                .update();
    }

    /** As {@link #trouble} keeps it. */
    static String shortened(String trouble) {
        return trouble.length() <= LONGEST_TROUBLE ? trouble : trouble.substring(0, LONGEST_TROUBLE);
    }

    /** The text of a calendar file that a schedule names, or named. */
    String calendar(String digest) {
        return jdbc.sql("select content from nightshift_calendar where sha256 = ?")
                .param(digest)
                .query(String.class)
                .single();
    }

    /** Keeps texts that are not kept yet. No other process applies files meanwhile. */
    private String calendars(Map<String, String> texts) {
        Map<String, String> digests = new TreeMap<>();
        texts.forEach((path, text) -> {
            String digest = Document.sha256(text);
            digests.put(path, digest);
            if (jdbc.sql("select count(*) from nightshift_calendar where sha256 = ?")
                            .param(digest)
                            .query(Integer.class)
                            .single()
                    == 0) {
                jdbc.sql("insert into nightshift_calendar (sha256, content) values (?, ?)")
                        .params(digest, text)
                        .update();
            }
        });
        return JsonMapper.shared().writeValueAsString(digests);
    }

    /** Lets go of texts that no schedule, removed or not, has named for days. No other process applies files meanwhile. */
    void forgetUnusedCalendars(Instant now) {
        Set<String> used = new HashSet<>();
        jdbc.sql("select calendars from nightshift_schedule where calendars is not null")
                .query(String.class)
                .list()
                .forEach(json -> used.addAll(digests(json).values()));
        Map<String, Optional<Instant>> kept = new HashMap<>();
        jdbc.sql("select sha256, unused_since from nightshift_calendar").query(row -> {
            kept.put(row.getString("sha256"), Optional.ofNullable(SqlInstant.of(row, "unused_since")));
        });
        kept.forEach((digest, unused) -> {
            boolean named = used.contains(digest);
            if (named == unused.isPresent()) {
                jdbc.sql("update nightshift_calendar set unused_since = ? where sha256 = ?")
                        .param(SqlInstant.value(named ? null : now))
                        .param(digest)
                        .update();
            } else if (unused.filter(since -> since.isBefore(now.minus(UNUSED_CALENDARS)))
                    .isPresent()) {
                jdbc.sql("delete from nightshift_calendar where sha256 = ?")
                        .param(digest)
                        .update();
            }
        });
    }

    /** Digests by path, from what {@link KnownSchedule#calendars} has. */
    static Map<String, String> digests(@Nullable String json) {
        return json == null ? Map.of() : JsonMapper.shared().readValue(json, TEXT_MAP);
    }

    private static KnownSchedule map(ResultSet row, int number) throws SQLException {
        String pausedBy = row.getString("paused_by");
        Pause pause = pausedBy == null
                ? null
                : new Pause(
                        pausedBy,
                        row.getString("paused_reason"),
                        row.getTimestamp("paused_at").toInstant(),
                        SqlInstant.of(row, "paused_until"));
        return new KnownSchedule(
                row.getString("name"),
                row.getString("job"),
                row.getString("file"),
                row.getString("definition"),
                row.getString("calendars"),
                row.getString("sha256"),
                row.getTimestamp("applied_at").toInstant(),
                row.getString("applied_by"),
                row.getTimestamp("planned_until").toInstant(),
                row.getTimestamp("waiting_since").toInstant(),
                SqlInstant.of(row, "next_fire_at"),
                pause,
                SqlInstant.of(row, "removed_at"),
                SqlInstant.of(row, "looked_at"),
                row.getString("trouble"),
                FireCounts.of(row));
    }
}
