package io.nightshift.ledger;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Finds runs by what people know of them. Thread-safe. */
public final class RunSearch {

    private static final Pattern ID_PREFIX = Pattern.compile("[0-9a-f][0-9a-f-]{3,35}");

    private final JdbcClient jdbc;
    private final PublicationLedger publications;

    RunSearch(JdbcClient jdbc, PublicationLedger publications) {
        this.jdbc = jdbc;
        this.publications = publications;
    }

    /**
     * The run that a person names: by its id, by the beginning of its id (at least four characters), or by its name
     * {@code job/logical-date/attempt}, with or without the attempt.
     *
     * @throws NightshiftException RUN_UNKNOWN where nothing, or more than one run, fits
     */
    public RunRecord named(String text) {
        List<RunRecord> found = text.contains("/") ? byName(text) : byIdPrefix(text);
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new NightshiftException(
                    FailureCode.RUN_UNKNOWN, "there is no run '" + text + "'; `nightshift runs` lists them");
        }
        throw new NightshiftException(
                FailureCode.RUN_UNKNOWN,
                "'" + text + "' fits " + found.size() + " runs: "
                        + String.join(
                                ", ",
                                found.stream().map(run -> run.id().toString()).toList()));
    }

    private List<RunRecord> byIdPrefix(String text) {
        if (!ID_PREFIX.matcher(text).matches()) {
            return List.of();
        }
        return jdbc.sql(RunRows.SELECT + " where cast(run_id as varchar) like ? order by created_at desc")
                .param(text + "%")
                .query(RunRows::map)
                .list();
    }

    private List<RunRecord> byName(String text) {
        String job = text.substring(0, text.indexOf('/'));
        return jdbc
                .sql(RunRows.SELECT + " where job = ? order by created_at desc")
                .param(job)
                .query(RunRows::map)
                .list()
                .stream()
                .filter(run -> run.name().equals(text) || run.name().startsWith(text + "/"))
                .toList();
    }

    /** The runs that meet every condition given, newest first. */
    public List<RunRecord> list(Filter filter) {
        List<Object> values = new ArrayList<>();
        StringBuilder sql = new StringBuilder(RunRows.SELECT).append(" where 1 = 1");
        if (filter.job() != null) {
            sql.append(" and job = ?");
            values.add(filter.job());
        }
        if (filter.state() != null) {
            sql.append(" and state = ?");
            values.add(filter.state().name());
        }
        if (filter.since() != null) {
            sql.append(" and created_at >= ?");
            values.add(Timestamp.from(filter.since()));
        }
        if (filter.experiment() != null) {
            sql.append(" and experiment = ?");
            values.add(filter.experiment());
        }
        if (filter.tag() != null) {
            sql.append(" and tags like ? escape '!'");
            values.add("%" + filter.tag().asStored().replaceAll("[!%_]", "!$0") + "%");
        }
        if (filter.after() != null) {
            sql.append(" and (created_at < ? or created_at = ? and run_id < ?)");
            Timestamp created = Timestamp.from(filter.after().createdAt());
            values.addAll(List.of(created, created, filter.after().run().value()));
        }
        values.add(filter.limit());
        return jdbc.sql(sql.append(" order by created_at desc, run_id desc limit ?")
                        .toString())
                .params(values)
                .query(RunRows::map)
                .list();
    }

    /** The runs of a job for a logical date, newest first. */
    public List<RunRecord> of(String job, LocalDateTime logicalDate) {
        return jdbc.sql(RunRows.SELECT + " where job = ? and logical_date = ? order by created_at desc, run_id desc")
                .params(job, Timestamp.valueOf(logicalDate))
                .query(RunRows::map)
                .list();
    }

    /**
     * A move of a run and its number, which grows along the moves of a run.
     */
    public record NumberedEvent(long number, RunEvent event) {}

    /** The moves of a run behind a number, oldest first; all behind 0. */
    public List<NumberedEvent> eventsAfter(RunId id, long number) {
        return jdbc.sql("select sequence, at, attempt, from_state, to_state, who, why from nightshift_run_event"
                        + " where run_id = ? and sequence > ? order by sequence")
                .params(id.value(), number)
                .query((row, index) -> new NumberedEvent(row.getLong("sequence"), RunRows.mapEvent(row, index)))
                .list();
    }

    /** When the newest completed run of each job ended. */
    public Map<String, Instant> lastSuccesses() {
        Map<String, Instant> ends = new HashMap<>();
        jdbc.sql("select job, max(ended_at) from nightshift_run where state = 'COMPLETED' group by job")
                .query(row -> {
                    ends.put(row.getString(1), row.getTimestamp(2).toInstant());
                });
        return ends;
    }

    /**
     * The runs that readers of any result table see, and for runs without one, those whose files in a folder were published
     * last.
     */
    public Set<RunId> seenByReaders() {
        Set<RunId> seen = new HashSet<>(publications.publishedRuns());
        seen.addAll(jdbc.sql("""
                        select a.run_id from nightshift_artefact a join nightshift_run r on r.run_id = a.run_id
                        where a.kind = 'files' and not exists (
                            select 1 from nightshift_artefact t where t.run_id = a.run_id and t.kind = 'table')
                        and r.published_at = (
                            select max(s.published_at) from nightshift_run s
                            join nightshift_artefact b on b.run_id = s.run_id
                            where b.kind = 'files' and b.location = a.location)""")
                .query((row, number) -> new RunId(row.getObject(1, UUID.class)))
                .set());
        return seen;
    }

    /**
     * Conditions on a list of runs; null means any.
     *
     * @param since earliest launch
     * @param after where the list goes on: the last run of the page before
     * @param limit most runs returned
     */
    public record Filter(
            @Nullable String job,
            @Nullable RunState state,
            @Nullable Instant since,
            @Nullable String experiment,
            @Nullable Tag tag,
            @Nullable Position after,
            int limit) {}

    /** A tag with its value. */
    public record Tag(String name, String value) {

        /** As it stands in the text of a run's tags. A quote inside of a value has a backslash there, so that nothing else fits. */
        private String asStored() {
            String one = JsonMapper.shared().writeValueAsString(Map.of(name, value));
            return one.substring(1, one.length() - 1);
        }
    }

    /** A run's place among all, by the time of its launch; two of the same moment are told apart by their ids. */
    public record Position(Instant createdAt, RunId run) {}
}
