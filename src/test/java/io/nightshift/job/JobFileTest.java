package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.job.AggregateDefinition.Function;
import io.nightshift.job.AggregateDefinition.Measure;
import io.nightshift.job.ComputeDefinition.Device;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The job format: defaults, every key, and each violation's message and place. */
class JobFileTest {

    private static final LocalDateTime NIGHT = LocalDateTime.of(2001, 3, 1, 0, 0);

    static final String SMALLEST = """
            job: small
            source: {parquet: {path: in.parquet}}
            key: [id]
            model: models/small
            output: {table: small}
            """;

    /** A source that a job has in place of its Parquet source. */
    static final String JDBC =
            "{jdbc: {database: warehouse, table: flights, partition_by: [a, b], where: \"date >= :day\"}}";

    /** Has every key that goes with a Parquet source. */
    static final String WHOLE = """
            job: whole-1.0
            description: Everything
            experiment: flights
            parameters:
              day: {type: date, default: "${logical_date}", description: The day}
              kind: {type: string, allowed: [a, b], default: a}
              most: {type: long, min: 1, max: 1000, default: 900}
              site: {type: string, pattern: "[a-z]+", default: x}
            source:
              parquet:
                path: data/${day}/*.parquet
                where:
                  - {column: date, from: "${day}", before: "${day + 1d}"}
                  - {column: origin, in: [ABE, "NO"]}
                  - {column: distance, after: 100, to: "${most}"}
                  - {column: kind, equals: "${kind}"}
            key: [flight_id, leg]
            model: models/${kind}
            output: {keep: [date, origin], table: whole, parquet: "results/${day}", mode: append_run}
            aggregates:
              - name: by_origin
                group_by: [origin]
                measures:
                  flights: {count: "*"}
                  delays: {count: delay}
                  total: {sum: delay}
                  mean_delay: {mean: delay}
                  least: {min: delay}
                  largest: {max: delay}
                  spread: {stddev: delay}
                  p95: {quantile: delay, at: 0.95}
                  destinations: {distinct: destination}
                  late: {share_above: delay, threshold: -1.5e1}
                  bands: {histogram: delay, buckets: [-15, 0, 15.5]}
            post_process:
              - sql: DELETE FROM t WHERE day < '${day - 30d}'
            rejects: {max_rows: 10, max_share: 0.5%}
            compute: {device: gpu:1, threads: 2, batch_rows: 512, chunk_rows: 5120, memory: 512MB, runs: 4}
            keep: {runs: 10, days: 90}
            """;

    private static JobDefinition resolved(String text) {
        return JobFile.parse("j.yaml", text).resolve(JobFile.Launch.on(NIGHT));
    }

    static List<String> problems(String text) {
        NightshiftException failure =
                catchThrowableOfType(NightshiftException.class, () -> JobFile.parse("j.yaml", text));
        assertThat(failure).as("a job that is refused").isNotNull();
        assertThat(failure.code()).isEqualTo(FailureCode.DEFINITION_INVALID);
        return failure.problems().stream().map(Problem::toString).toList();
    }

    @Test
    void hasDefaultsForEverythingOptional() {
        JobDefinition job = resolved(SMALLEST);

        assertThat(job.name()).isEqualTo(new JobName("small"));
        assertThat(job.description()).isEmpty();
        assertThat(job.experiment()).isEqualTo("small");
        assertThat(job.parameters()).isEmpty();
        assertThat(job.source().parquet().path()).isEqualTo(here("in.parquet"));
        assertThat(job.source().parquet().where()).isEmpty();
        assertThat(job.output().keep()).isEmpty();
        assertThat(job.output().parquet()).isNull();
        assertThat(job.aggregates()).isEmpty();
        assertThat(job.postProcess()).isEmpty();
        assertThat(job.rejects()).isEqualTo(new JobDefinition.RejectLimits(0, 0));
        assertThat(job.keep()).isEqualTo(JobDefinition.Keep.ALL);
        assertThat(job.compute())
                .isEqualTo(new ComputeDefinition(new Device(Device.Kind.AUTO, 0), 0, 2048, 65_536, 1L << 30, 0));
        assertThat(resolved(SMALLEST + "compute: {}\n").compute()).isEqualTo(job.compute());
        assertThat(resolved(SMALLEST + "rejects: {max_share: 1%}\n").rejects())
                .isEqualTo(new JobDefinition.RejectLimits(Long.MAX_VALUE, 0.01));
        assertThat(resolved(SMALLEST + "rejects: {max_rows: 5}\n").rejects())
                .isEqualTo(new JobDefinition.RejectLimits(5, 1));
    }

    /** As a run records a local path. */
    private static String here(String path) {
        return Path.of("").toAbsolutePath() + "/" + path;
    }

    @Test
    void aShareOfRowsIsWhatItSays() {
        var limits = new JobDefinition.RejectLimits(Long.MAX_VALUE, 0.29);

        assertThat(limits.mostOf(100)).isEqualTo(29);
        assertThat(limits.percentage()).isEqualTo("29 %");
        assertThat(new JobDefinition.RejectLimits(50, 0.075).mostOf(1000)).isEqualTo(50);
        assertThat(new JobDefinition.RejectLimits(50, 1).mostOf(10)).isEqualTo(50);
    }

    @Test
    void mapsEveryKey() {
        JobDefinition job = resolved(WHOLE);

        assertThat(job.name().value()).isEqualTo("whole-1.0");
        assertThat(job.description()).isEqualTo("Everything");
        assertThat(job.experiment()).isEqualTo("flights");
        assertThat(job.parameters())
                .containsExactly(
                        Map.entry("day", new ParameterValue(ParameterType.DATE, "2001-03-01")),
                        Map.entry("kind", new ParameterValue(ParameterType.STRING, "a")),
                        Map.entry("most", new ParameterValue(ParameterType.LONG, "900")),
                        Map.entry("site", new ParameterValue(ParameterType.STRING, "x")));
        assertThat(job.source().parquet().path()).isEqualTo(here("data/2001-03-01/*.parquet"));
        assertThat(job.source().parquet().where().stream().map(Condition::toString))
                .containsExactly(
                        "date from 2001-03-01",
                        "date before 2001-03-02",
                        "origin in [ABE, NO]",
                        "distance after 100",
                        "distance to 900",
                        "kind equals a");
        assertThat(job.key()).containsExactly("flight_id", "leg");
        assertThat(job.model().text()).isEqualTo(here("models/a"));
        assertThat(job.output())
                .isEqualTo(new JobDefinition.OutputDefinition(
                        List.of("date", "origin"), "whole", JobDefinition.Mode.APPEND_RUN, here("results/2001-03-01")));
        assertThat(job.postProcess())
                .containsExactly(new JobDefinition.PostProcess("DELETE FROM t WHERE day < '2001-01-30'"));
        assertThat(job.rejects()).isEqualTo(new JobDefinition.RejectLimits(10, 0.005));
        assertThat(job.keep()).isEqualTo(new JobDefinition.Keep(10L, 90L));
        assertThat(job.compute())
                .isEqualTo(new ComputeDefinition(new Device(Device.Kind.GPU, 1), 2, 512, 5120, 512L << 20, 4));
    }

    @Test
    void mapsEveryMeasure() {
        AggregateDefinition aggregate = resolved(WHOLE).aggregates().get(0);

        assertThat(aggregate.name()).isEqualTo("by_origin");
        assertThat(aggregate.groupBy()).containsExactly("origin");
        assertThat(aggregate.measures())
                .containsExactly(
                        new Measure("flights", Function.COUNT, null, null, List.of()),
                        new Measure("delays", Function.COUNT, "delay", null, List.of()),
                        new Measure("total", Function.SUM, "delay", null, List.of()),
                        new Measure("mean_delay", Function.MEAN, "delay", null, List.of()),
                        new Measure("least", Function.MIN, "delay", null, List.of()),
                        new Measure("largest", Function.MAX, "delay", null, List.of()),
                        new Measure("spread", Function.STDDEV, "delay", null, List.of()),
                        new Measure("p95", Function.QUANTILE, "delay", 0.95, List.of()),
                        new Measure("destinations", Function.DISTINCT, "destination", null, List.of()),
                        new Measure("late", Function.SHARE_ABOVE, "delay", -15.0, List.of()),
                        new Measure("bands", Function.HISTOGRAM, "delay", null, List.of(-15.0, 0.0, 15.5)));
        assertThat(aggregate.measures().stream().map(Measure::function).distinct())
                .containsExactlyInAnyOrder(Function.values());
    }

    @Test
    void keepsTheExactTextAndItsDigest() {
        JobFile job = JobFile.parse("j.yaml", SMALLEST);

        assertThat(job.text()).isEqualTo(SMALLEST);
        assertThat(job.sha256()).matches("[0-9a-f]{64}");
        assertThat(JobFile.parse("j.yaml", SMALLEST + "# x\n").sha256()).isNotEqualTo(job.sha256());
    }

    @Test
    void knowsThePlaceOfEveryValue() {
        JobFile job = JobFile.parse("j.yaml", WHOLE);

        assertThat(job.place("output.keep[1]").problem("gone").toString())
                .isEqualTo("j.yaml:19:23: output.keep[1]: gone");
        assertThat(job.place("source.parquet.where[1].column").line()).isEqualTo(14);
        assertThat(job.place("output.nothing.here").path()).isEqualTo("output");
        assertThat(job.place("output.keep[7]").path()).isEqualTo("output.keep");
    }

    /** Each replaces one text of WHOLE and names what is reported. */
    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of("job: whole-1.0", "job: Whole", "1:6: job: 'Whole' is not a job name: lower case letters"),
                Arguments.of("job: whole-1.0\n", "", "1:1: the key 'job' is missing: a job name"),
                Arguments.of(
                        "description: Every",
                        "descripton: Every",
                        "2:1: unknown key 'descripton', did you mean 'description'?"),
                Arguments.of("experiment: flights", "experiment:", "3:12: experiment: has no value; write"),
                Arguments.of(
                        "type: date",
                        "type: dat",
                        "5:15: parameters.day.type: 'dat' is not one of string, long,"
                                + " double, boolean, date, timestamp, did you mean 'date'?"),
                Arguments.of(
                        "type: date, d", "type: java.time.LocalDate, d", "'java.time.LocalDate' is not one of string"),
                Arguments.of("default: a}", "default: c}", "6:50: parameters.kind.default: 'c' is not one of a, b"),
                Arguments.of(
                        "day: {type",
                        "day: {type: date}\n  Kind: {type",
                        "6:3: parameters: 'Kind' is not a parameter name"),
                Arguments.of("day: {type", "day: {type: date}\n  logical_date: {type", "cannot be declared"),
                Arguments.of(
                        "in: [ABE, \"NO\"]",
                        "in: [ABE, NO]",
                        "14:36: source.parquet.where[1].in[1]: 'NO' is a truth"
                                + " value to some YAML readers; write \"NO\" in quotes for the text, or true or false"),
                Arguments.of("in: [ABE, \"NO\"]", "in: []", "14:30: source.parquet.where[1].in: the list has 0 items"),
                Arguments.of(
                        "{column: origin, in: [ABE, \"NO\"]}",
                        "{column: origin}",
                        "14:9: source.parquet.where[1]: a"
                                + " condition needs at least one of from, after, to, before, equals, in"),
                Arguments.of(
                        "after: 100", "after: 010", "15:35: source.parquet.where[2].after: '010' is another number"),
                Arguments.of(
                        "after: 100", "from: 1, after: 100", "15:9: source.parquet.where[2]: from and after exclude"),
                Arguments.of("to: \"${most}\"", "to: 900, before: 1000", "to and before exclude each other"),
                Arguments.of("equals: \"${kind}\"", "equals: a, to: b", "equals and in stand alone"),
                Arguments.of("from: \"${day}\"", "fron: \"${day}\"", "unknown key 'fron', did you mean 'from'?"),
                Arguments.of(
                        "${day + 1d}",
                        "${dai + 1d}",
                        "13:48: source.parquet.where[0].before: there is no parameter"
                                + " 'dai' (known are day, kind, most, site, logical_date), did you mean 'day'?"),
                Arguments.of("key: [flight_id, leg]", "key: []", "17:6: key: the list has 0 items, at least 1 needed"),
                Arguments.of("key: [flight_id, leg]", "key: flight_id", "17:6: key: 'flight_id' is not a list"),
                Arguments.of(
                        "key: [flight_id, leg]", "key: [leg, leg]", "17:6: key: the column 'leg' is already written"),
                Arguments.of("keep: [date, origin]", "keep: [leg]", "19:9: output: keep: the column 'leg' is already"),
                Arguments.of("keep: [date, origin]", "keep: [run_id]", "has a column 'run_id' of its own"),
                Arguments.of(
                        "model: models/${kind}",
                        "model: models:/x@champion",
                        "18:8: model: 'models:/x@champion': there"
                                + " is no model registry yet; name the model's folder"),
                Arguments.of(
                        "table: whole, parquet: \"results/${day}\", mode: append_run",
                        "",
                        "19:9: output: an output needs at least one of" + " table, parquet"),
                Arguments.of(
                        "table: whole", "table: Whole", "19:39: output.table: 'Whole' is not a name of lower case"),
                Arguments.of(
                        "table: whole",
                        "table: a.b.whole",
                        "19:39: output.table: 'a.b.whole' is not a name of lower case"),
                Arguments.of(
                        "table: whole", "table: Lab.batch_x", "tables that start with 'batch_' are not for results"),
                Arguments.of("table: whole", "table: Information_Schema.whole", "the schema is the database's own"),
                Arguments.of("table: whole", "table: pg_catalog.whole", "the schema is the database's own"),
                Arguments.of("table: whole", "table: a.Whole", "at most 48 characters, alone or as schema.name"),
                Arguments.of(
                        "mode: append_run",
                        "mode: upsert",
                        "19:79: output.mode: upsert is for a result table alone: files are those of one run"),
                Arguments.of(
                        "mode: append_run",
                        "mode: upsrt",
                        "19:79: output.mode: 'upsrt' is not one of append_run, upsert"),
                Arguments.of("table: whole", "table: batch_x", "tables that start with 'batch_' are not for results"),
                Arguments.of("table: whole", "table: " + "t".repeat(48), "databases allow"),
                Arguments.of("name: by_origin", "name: rejects", "21:11: aggregates[0].name: 'rejects' is taken"),
                Arguments.of("name: by_origin", "name: x_current", "'x_current' is taken"),
                Arguments.of(
                        "group_by: [origin]",
                        "group_by: [origin, origin]",
                        "22:15: aggregates[0].group_by: the column"),
                Arguments.of(
                        "flights: {count", "origin: {count", "the name 'origin' is taken by a column of the aggregate"),
                Arguments.of(
                        "flights: {count", "Flights: {count", "24:7: aggregates[0].measures: 'Flights' is not a name"),
                Arguments.of("{sum: delay}", "{sums: delay}", "unknown key 'sums', did you mean 'sum'?"),
                Arguments.of(
                        "{sum: delay}",
                        "{sum: delay, max: delay}",
                        "26:14: aggregates[0].measures.total: a measure has"
                                + " sum and max; only one of them is allowed"),
                Arguments.of("{sum: delay}", "{}", "a measure needs one of count, sum, mean, min"),
                Arguments.of("{sum: delay}", "{sum: \"*\"}", "only count counts them; name a column"),
                Arguments.of("{sum: delay}", "{sum: delay, at: 0.5}", "only quantile takes the key 'at'"),
                Arguments.of(
                        "at: 0.95", "at: 95", "31:34: aggregates[0].measures.p95.at: '95' is not a number from 0 to 1"),
                Arguments.of(", at: 0.95", "", "the key 'at' is missing: quantile needs a number from 0 to 1"),
                Arguments.of(", threshold: -1.5e1", "", "the key 'threshold' is missing: share_above needs a number"),
                Arguments.of("-1.5e1", ".inf", "'.inf' is not a number; write plain decimal digits"),
                Arguments.of("[-15, 0, 15.5]", "[0, 0]", "0.0 after 0.0; boundaries must ascend"),
                Arguments.of(
                        "sql: DELETE FROM t WHERE day < '${day - 30d}'",
                        "sql: DELETE FROM t WHERE kind = '${kind}'",
                        "36:10:" + " post_process[0].sql: text is not filled into SQL"),
                Arguments.of(
                        "sql: DELETE FROM t WHERE day < '${day - 30d}'",
                        "sql: CREATE TABLE u AS SELECT * FROM t",
                        "a statement in the publishing transaction begins with insert, update, delete or merge"),
                Arguments.of("max_share: 0.5%", "max_share: 101%", "37:36: rejects.max_share: '101%' is not a share"),
                Arguments.of("max_rows: 10", "max_rows: -1", "'-1' is not a whole number of at least 0"),
                Arguments.of("gpu:1", "gpu1", "38:19: compute.device: 'gpu1' is not auto, cpu, gpu or gpu:n"),
                Arguments.of("threads: 2", "threads: 0", "'0' is not auto or a whole number from 1 to 1024"),
                Arguments.of("threads: 2", "threads: \"2\"", "leave out the quotes"),
                Arguments.of(
                        "threads: 2",
                        "threads: 0x2",
                        "'0x2' is not auto or a whole number from 1 to 1024; write plain"),
                Arguments.of("key: [flight_id, leg]", "key: [\"${kind}\"]", "expressions are not allowed here"),
                Arguments.of(
                        "chunk_rows: 5120",
                        "chunk_rows: 5000",
                        "38:67: compute.chunk_rows: 5000 is not a multiple of"
                                + " batch_rows (512); the nearest is 4608"),
                Arguments.of(
                        "batch_rows: 512", "batch_rows: 1:30", "'1:30' is not a whole number from 1 to 1048576; write"),
                Arguments.of(
                        "memory: 512MB", "memory: 512", "'512' is not a size such as 512MB or 1GB, from 64MB to 1TB"),
                Arguments.of(
                        "memory: 512MB", "memory: 1MB", "'1MB' is not a size such as 512MB or 1GB, from 64MB to 1TB"));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void reportsEachViolationAtItsPlace(String part, String replacement, String expected) {
        assertThat(WHOLE).contains(part);

        List<String> problems = problems(WHOLE.replace(part, replacement));

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0)).startsWith("j.yaml:").contains(expected);
    }

    @Test
    void reportsEverythingAtOnceInTheOrderOfTheFile() {
        String broken = SMALLEST.replace("job: small", "job: Small")
                        .replace("key: [id]", "keys: [id]")
                        .replace("table: small", "table: 1")
                + "compute: {threads: many, memory: 1 GB}\nowner: me\n";

        List<String> problems = problems(broken);

        assertThat(problems.stream().map(line -> line.split(": ", 2)[0]))
                .containsExactly("j.yaml:1:6", "j.yaml:3:1", "j.yaml:5:17", "j.yaml:6:20", "j.yaml:6:34", "j.yaml:7:1");
    }

    @Test
    void countsTheCharactersOfATableWithoutItsSchema() {
        JobDefinition job =
                resolved(SMALLEST.replace("table: small", "table: " + "S".repeat(63) + "." + "t".repeat(48)));
        assertThat(job.output().relation("_current"))
                .isEqualTo('"' + "S".repeat(63) + "\"." + "t".repeat(48) + "_current");
    }

    @Test
    void keepsATimeOfItsOwnWhereKeysAreMerged() {
        String merged = SMALLEST.replace("table: small", "table: lab.small, mode: upsert, keep: [published_at]");
        assertThat(problems(merged)).singleElement().asString().contains("has a column 'published_at' of its own");
        assertThat(resolved(merged.replace("mode: upsert", "mode: append_run")).mergeKey())
                .isEmpty();
        assertThat(resolved(merged.replace("published_at", "at")).mergeKey()).isNotEmpty();
    }

    @Test
    void refusesTwoAggregatesOfOneName() {
        String aggregate = "  - {name: a, measures: {n: {count: \"*\"}}}\n";

        assertThat(problems(SMALLEST + "aggregates:\n" + aggregate + aggregate))
                .containsExactly("j.yaml:7:3: aggregates: two aggregates are named 'a'");
    }

    @Test
    void choosesChunksThatFitTheBatches() {
        List<Integer> chunks = new ArrayList<>();
        for (int batch : new int[] {1, 1000, 65_536, 100_000}) {
            chunks.add(resolved(SMALLEST + "compute: {batch_rows: " + batch + "}\n")
                    .compute()
                    .chunkRows());
        }

        assertThat(chunks).containsExactly(65_536, 65_000, 65_536, 100_000);
    }
}
