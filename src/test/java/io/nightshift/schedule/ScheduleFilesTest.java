package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScheduleFilesTest {

    private static final String JOB = """
            job: %s
            source: {parquet: {path: in.parquet}}
            key: [id]
            model: %s
            output: {parquet: out}
            parameters:
              day: {type: date}
              hour: {type: long, min: 0, max: 23, default: 0}
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeJobs() throws IOException {
        file("jobs/good.yaml", String.format(JOB, "good", "sample-data/models/flight-delay"));
        file("jobs/lost.yaml", String.format(JOB, "lost", "sample-data/models/fligth-delay"));
        file("jobs/broken.yaml", "job: broken\n");
    }

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private List<String> problems() {
        ScheduleChecks checks = new ScheduleChecks(folder.resolve("jobs"), name -> {
            throw new NightshiftException(FailureCode.DATABASE_UNKNOWN, "no " + name);
        });
        NightshiftException refused = catchThrowableOfType(
                NightshiftException.class, () -> ScheduleFiles.load(List.of(folder.resolve("schedules")), checks));
        return refused == null
                ? List.of()
                : refused.problems().stream().map(Problem::message).toList();
    }

    @Test
    void aScheduleMustFitItsJob() throws IOException {
        file("schedules/s.yaml", "schedule: s\njob: good\nevery: 1h\nparameters: {day: \"${logical_date}\"}\n");
        assertThat(problems()).isEmpty();
        file("schedules/s.yaml", "schedule: s\njob: good\nevery: 1h\nparameters: {hour: 24}\n");
        assertThat(problems())
                .containsExactlyInAnyOrder(
                        "parameters.hour: parameter 'hour' of job good: '24' is above the largest value 23",
                        "parameters: parameter 'day' of job good: has no default and no value was given: a date of the"
                                + " calendar such as 2027-02-28");
    }

    @Test
    void aJobMustHaveItsModelAndNoProblems() throws IOException {
        file("schedules/a.yaml", "schedule: a\njob: lost\nevery: 1h\nparameters: {day: 2027-01-01}\n");
        file("schedules/b.yaml", "schedule: b\njob: broken\nevery: 1h\n");
        assertThat(problems())
                .satisfiesExactly(
                        lost -> assertThat(lost)
                                .startsWith(
                                        "job: job lost: unknown model 'sample-data/models/fligth-delay': there is no folder")
                                .endsWith("did you mean 'flight-delay'?"),
                        broken -> assertThat(broken)
                                .startsWith("job: the file of job 'broken' has problems; `nightshift validate ")
                                .endsWith("` shows them"));
    }

    @Test
    void aCircleMayHaveAnyLength() throws IOException {
        file("schedules/a.yaml", "schedule: a\njob: one\nafter: two\n");
        file("schedules/b.yaml", "schedule: b\njob: two\nafter: [zero, three]\n");
        file("schedules/c.yaml", "schedule: c\njob: three\nafter: one\n");
        file("schedules/d.yaml", "schedule: d\njob: zero\nafter: four\n");
        NightshiftException refused =
                catchThrowableOfType(NightshiftException.class, () -> ScheduleFiles.load(folder.resolve("schedules")));
        assertThat(refused.problems())
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("after: jobs wait for each other in a circle: one after two after three after one");
    }

    @Test
    void aScheduleIsFoundThoughOthersAreBroken() throws IOException {
        file("schedules/a.yaml", "schedule: a\njob: good\nevery: 1h\n");
        file("schedules/b.yaml", "schedule: b\n");
        Path schedules = folder.resolve("schedules");
        assertThat(ScheduleFiles.find(schedules, "a").name()).isEqualTo("a");
        assertThat(catchThrowableOfType(NightshiftException.class, () -> ScheduleFiles.find(schedules, "b"))
                        .code())
                .isEqualTo(FailureCode.DEFINITION_INVALID);
        assertThat(catchThrowableOfType(NightshiftException.class, () -> ScheduleFiles.find(schedules, "c"))
                        .code())
                .isEqualTo(FailureCode.SCHEDULE_UNKNOWN);
        assertThat(ScheduleFiles.load(folder.resolve("none"))).isEmpty();
    }
}
