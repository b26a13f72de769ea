package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.job.JobFile.Launch;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a launch makes of a job: parameters, settings, another model, and the text that is kept. */
class ResolutionTest {

    private static final LocalDateTime NIGHT = LocalDateTime.of(2001, 3, 1, 2, 30);

    private static final String TEXT = """
            job: j
            parameters:
              day: {type: date, default: "${logical_date - 6h}"}
              site: {type: string, allowed: [main, spare], default: main}
              tag: {type: string, default: t, pattern: "[^;]*"}
              limit: {type: long, min: 1, max: 100}
              since: {type: timestamp, default: "${logical_date - 1d}", min: "2000-01-01T00:00"}
            source:
              parquet:
                path: in/${site}-${tag}.parquet
                where: [{column: date, from: "${day}", before: "${day + 1d}"}, {column: at, after: "${since}"}]
            key: [id]
            model: models/m
            output: {table: j, parquet: "out/${day}"}
            post_process: [{sql: "DELETE FROM j WHERE day = '${day}' AND n > ${limit}"}]
            """;

    private static final JobFile JOB = JobFile.parse("j.yaml", TEXT);

    private static JobDefinition resolve(
            Map<String, String> parameters, Map<String, String> settings, @Nullable String model) {
        return JOB.resolve(new Launch(parameters, NIGHT, settings, model));
    }

    /** As a run records a local path. */
    private static String here(String path) {
        return Path.of("").toAbsolutePath() + "/" + path;
    }

    @Test
    void keepsPathsThatAreCompleteAndCompletesTheOthers() {
        JobDefinition job = resolve(
                Map.of("limit", "1"),
                Map.of("source.parquet.path", "s3a://bucket/in", "output.parquet", "file:./out/../r"),
                "/models/m");
        assertThat(job.source().parquet().path()).isEqualTo("s3a://bucket/in");
        assertThat(job.output().parquet()).isEqualTo(here("out/../r"));
        assertThat(job.model().text()).isEqualTo("/models/m");
        assertThat(job.resolvedText()).contains(here("out/../r"));
    }

    private static NightshiftException refused(Map<String, String> parameters, Map<String, String> settings) {
        NightshiftException failure =
                catchThrowableOfType(NightshiftException.class, () -> resolve(parameters, settings, null));
        assertThat(failure).as("a launch that is refused").isNotNull();
        return failure;
    }

    @Test
    void fillsInDefaultsAndGivenValues() {
        JobDefinition job = resolve(Map.of("limit", "7"), Map.of(), null);

        assertThat(job.parameters().values().stream().map(ParameterValue::text))
                .containsExactly("2001-02-28", "main", "t", "7", "2001-02-28T02:30:00");
        assertThat(job.source().parquet().path()).isEqualTo(here("in/main-t.parquet"));
        assertThat(job.source().parquet().where().toString())
                .isEqualTo("[date from 2001-02-28, date before 2001-03-01, at after 2001-02-28T02:30:00]");
        assertThat(job.output().parquet()).isEqualTo(here("out/2001-02-28"));
        assertThat(job.postProcess().get(0).sql()).isEqualTo("DELETE FROM j WHERE day = '2001-02-28' AND n > 7");
        assertThat(resolve(Map.of("limit", "7", "day", "2010-12-31", "site", "spare"), Map.of(), null)
                        .output()
                        .parquet())
                .isEqualTo(here("out/2010-12-31"));
    }

    @Test
    void reportsAllParametersAtOnce() {
        NightshiftException failure = refused(
                Map.of("dya", "2001-01-01", "day", "2027-02-30", "site", "x,java.io.FileOutputStream,false"), Map.of());

        assertThat(failure.code()).isEqualTo(FailureCode.PARAMETER_INVALID);
        assertThat(failure.where()).isEqualTo("j.yaml");
        assertThat(failure).hasMessage("""
                job j has no parameter 'dya' (it takes day, site, tag, limit, since), did you mean 'day'?
                parameter 'day' of job j: '2027-02-30' is not a date of the calendar such as 2027-02-28
                parameter 'site' of job j: 'x,java.io.FileOutputStream,false' is not one of main, spare
                parameter 'limit' of job j: has no default and no value was given: a whole number of 64 bits in decimal digits\
                """);
    }

    @Test
    void holdsParametersToTheirLimits() {
        assertThat(refused(Map.of("limit", "0"), Map.of())).hasMessageContaining("'0' is below the least value 1");
        assertThat(refused(Map.of("limit", "101"), Map.of()))
                .hasMessageContaining("'101' is above the largest value 100");
        assertThat(refused(Map.of("limit", "9", "tag", "a;b"), Map.of()))
                .hasMessageContaining("'a;b' does not match the pattern [^;]*");
        assertThat(refused(Map.of("limit", "9", "since", "1999-12-31T23:59:59"), Map.of()))
                .hasMessageContaining("is below the least value 2000-01-01T00:00:00");
    }

    @Test
    void takesAnyTextForAStringButNoStepOutOfThePath() {
        assertThat(resolve(Map.of("limit", "1", "tag", "x,java.io.FileOutputStream,false"), Map.of(), null)
                        .source()
                        .parquet()
                        .path())
                .isEqualTo(here("in/main-x,java.io.FileOutputStream,false.parquet"));
        NightshiftException failure = refused(Map.of("limit", "1", "tag", "/../../etc/x"), Map.of());

        assertThat(failure.code()).isEqualTo(FailureCode.DEFINITION_INVALID);
        assertThat(failure)
                .hasMessage(
                        "j.yaml:10:11: source.parquet.path: 'in/main-/../../etc/x.parquet' steps out of the path with '..',"
                                + " which only the job file itself may do");
    }

    @Test
    void setsWhatALaunchMaySet() {
        JobDefinition job = resolve(
                Map.of("limit", "1"),
                Map.of(
                        "compute.threads", "3",
                        "compute.device", "cpu",
                        "rejects.max_share", "2%",
                        "experiment", "trial",
                        "source.parquet.path", "other/${site}.parquet",
                        "output.table", ""),
                "models/other");

        assertThat(job.compute().threads()).isEqualTo(3);
        assertThat(job.compute().device().kind()).isEqualTo(ComputeDefinition.Device.Kind.CPU);
        assertThat(job.rejects()).isEqualTo(new JobDefinition.RejectLimits(Long.MAX_VALUE, 0.02));
        assertThat(job.experiment()).isEqualTo("trial");
        assertThat(job.source().parquet().path()).isEqualTo(here("other/main.parquet"));
        assertThat(job.output().table()).isNull();
        assertThat(job.model().text()).isEqualTo(here("models/other"));
    }

    @Test
    void reportsSettingsByTheirOption() {
        NightshiftException unknown = refused(Map.of("limit", "1"), Map.of("compute.thread", "1", "key", "x"));
        NightshiftException wrong = refused(
                Map.of("limit", "1"),
                Map.of("compute.threads", "many", "compute.batch_rows", "3", "compute.chunk_rows", "5"));

        assertThat(unknown.problems().stream().map(Problem::toString))
                .hasSize(2)
                .anyMatch(line -> line.startsWith(
                                "--set compute.thread=1: 'compute.thread' cannot be set at launch, only experiment, ")
                        && line.endsWith("compute.memory, did you mean 'compute.threads'?"))
                .anyMatch(line -> line.startsWith("--set key=x: 'key' cannot be set at launch"));
        assertThat(wrong.problems().stream().map(Problem::toString))
                .containsExactly(
                        "--set compute.threads=many: compute.threads: 'many' is not auto or a whole number from 1 to"
                                + " 1024");
        assertThat(refused(Map.of("limit", "1"), Map.of("output.table", "", "output.parquet", "")))
                .hasMessageContaining("an output needs at least one of table, parquet");
    }

    @Test
    void everySettableKeyIsAKeyOfTheFormat() {
        Map<String, String> settings = Map.ofEntries(
                Map.entry("experiment", "e"),
                Map.entry("source.parquet.path", "p"),
                Map.entry("output.table", "t"),
                Map.entry("output.parquet", "q"),
                Map.entry("rejects.max_rows", "1"),
                Map.entry("rejects.max_share", "1%"),
                Map.entry("compute.device", "cpu"),
                Map.entry("compute.threads", "1"),
                Map.entry("compute.batch_rows", "2"),
                Map.entry("compute.chunk_rows", "4"),
                Map.entry("compute.memory", "64MB"));

        assertThat(settings.keySet())
                .containsExactlyInAnyOrderElementsOf(Resolution.SETTABLE.stream()
                        .filter(key -> !key.startsWith("source.jdbc."))
                        .toList());
        assertThat(resolve(Map.of("limit", "1"), settings, null).compute())
                .isEqualTo(new ComputeDefinition(
                        new ComputeDefinition.Device(ComputeDefinition.Device.Kind.CPU, 0), 1, 2, 4, 64L << 20, 0));
    }

    @Test
    void keepsATextThatGivesTheSameRunAgain() {
        JobDefinition job = resolve(
                Map.of("limit", "7", "tag", "a: \"b\" #c 'd' \\ é"), Map.of("compute.threads", "3"), "models/other");

        JobDefinition again = JobFile.parse("snapshot", job.resolvedText()).resolve(Launch.on(NIGHT.plusYears(9)));

        assertThat(again).isEqualTo(job);
        assertThat(job.resolvedText()).contains("models/other", "threads: 3").doesNotContain("${");
    }

    @Test
    void refusesWhatCannotGoWhereItIsWritten() {
        assertThat(JobFileTest.problems(TEXT.replace("in/${site}", "in/${since}")))
                .containsExactly(
                        "j.yaml:10:11: source.parquet.path: a timestamp has colons, which do not fit into a path; use"
                                + " a parameter of type date");
        assertThat(JobFileTest.problems(TEXT.replace("n > ${limit}", "n > ${tag}"))
                        .get(0))
                .contains("text is not filled into SQL");
        assertThat(JobFileTest.problems(TEXT.replace("default: \"${logical_date - 1d}\"", "default: \"${day}\""))
                        .get(0))
                .contains("parameters.since.default: there is no parameter 'day'");
        assertThat(JobFileTest.problems(TEXT.replace("min: 1, max", "default: \"${logical_date}\", min: 1, max"))
                        .get(0))
                .contains("parameters.limit.default: '2000-02-29T00:00:00' is not a whole number");
        assertThat(JobFileTest.problems(TEXT.replace("model: models/m", "model: ${T(java.lang.Runtime)}"))
                        .get(0))
                .contains("13:8: model: '${T(java.lang.Runtime)}' is not an expression");
    }

    @Test
    void reportsABrokenDeclarationOnce() {
        List<String> problems = JobFileTest.problems(TEXT.replace("day: {type: date", "day: {type: dat"));

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0)).contains("3:15: parameters.day.type: 'dat' is not one of");
    }
}
