package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and folders of jobs: loaded together, found by name or by file. */
class JobFilesTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void twoSoundJobs() throws IOException {
        write("first.yaml", "first", "first");
        Files.createDirectory(folder.resolve("more"));
        write("more/second.yml", "second", "second");
    }

    private Path write(String file, String job, String table) throws IOException {
        return Files.writeString(
                folder.resolve(file),
                "job: " + job + "\nsource: {parquet: {path: in.parquet}}\nkey: [id]\nmodel: m\noutput: {table: " + table
                        + "}\n");
    }

    private List<String> problemsOf(Path... paths) {
        NightshiftException failure =
                catchThrowableOfType(NightshiftException.class, () -> JobFiles.load(List.of(paths)));
        assertThat(failure).as("files that are refused").isNotNull();
        assertThat(failure.code()).isEqualTo(FailureCode.DEFINITION_INVALID);
        return failure.problems().stream()
                .map(Problem::toString)
                .map(line -> line.replace(folder + "/", ""))
                .toList();
    }

    @Test
    void loadsEveryShippedJobAndResolvesIt() {
        List<JobFile> jobs = JobFiles.load(List.of(Path.of("jobs")));

        assertThat(jobs.stream().map(job -> job.name().value())).containsExactly("flight-delay-daily", "flight-delay");
        for (JobFile job : jobs) {
            JobDefinition resolved = job.resolve(JobFile.Launch.on(LocalDateTime.of(2001, 3, 1, 0, 0)));
            assertThat(Path.of(resolved.source().parquet().path())).exists();
            assertThat(Path.of(resolved.model().text())).isDirectory();
            assertThat(resolved.experiment()).isEqualTo("flights");
        }
    }

    @Test
    void loadsFilesAndFoldersOnce() {
        List<JobFile> jobs = JobFiles.load(List.of(folder.resolve("first.yaml"), folder));

        assertThat(jobs.stream().map(job -> job.name().value())).containsExactly("first", "second");
    }

    @Test
    void reportsEveryProblemOfEveryFile() throws IOException {
        write("a.yaml", "A", "1");
        write("b.yaml", "b", "B");
        Files.writeString(folder.resolve("c.yaml"), "job: [");

        assertThat(problemsOf(folder, folder.resolve("none.yaml")).stream().map(line -> line.split(": ", 2)[0]))
                .containsExactly("a.yaml:1:6", "a.yaml:5:17", "b.yaml:5:17", "c.yaml:1:7", "none.yaml");
    }

    @Test
    void refusesTwoFilesOfOneName() throws IOException {
        write("third.yaml", "first", "third");

        assertThat(problemsOf(folder))
                .containsExactly("third.yaml:1:6: job: the name 'first' is already taken by first.yaml");
    }

    @Test
    void refusesTwoJobsThatMakeOneTable() throws IOException {
        write("third.yaml", "third", "first_rejects");

        assertThat(problemsOf(folder))
                .containsExactly(
                        "third.yaml:5:17: output.table: the table or view 'first_rejects' is already made by job first (first.yaml); choose another table");
    }

    @Test
    void refusesTwoJobsWhoseTablesAreOneInSomeDatabase() throws IOException {
        write("third.yaml", "third", "lab.same");
        write("fourth.yaml", "fourth", "LAB.same");

        assertThat(problemsOf(folder))
                .containsExactly(
                        "third.yaml:5:17: output.table: the table or view 'lab.same' is already made by job fourth (fourth.yaml); choose another table");
    }

    @Test
    void refusesAFolderWithoutJobs() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertThat(problemsOf(empty)).containsExactly("empty: the folder holds no .yaml file");
    }

    @Test
    void findsAJobByNameOrByFile() {
        assertThat(JobFiles.find(folder, "second").file())
                .isEqualTo(folder.resolve("more/second.yml").toString());
        assertThat(JobFiles.find(
                                Path.of("nowhere"), folder.resolve("first.yaml").toString())
                        .name())
                .isEqualTo(new JobName("first"));
    }

    @Test
    void findsASoundJobBesideBrokenOnes() throws IOException {
        write("a.yaml", "A", "1");
        write("b.yaml", "b", "first");

        assertThat(JobFiles.find(folder, "first").name()).isEqualTo(new JobName("first"));
    }

    @Test
    void saysWhichJobIsMeantOrBroken() throws IOException {
        NightshiftException unknown =
                catchThrowableOfType(NightshiftException.class, () -> JobFiles.find(folder, "frist"));
        write("broken.yaml", "broken", "B");
        NightshiftException broken =
                catchThrowableOfType(NightshiftException.class, () -> JobFiles.find(folder, "broken"));
        NightshiftException traversal =
                catchThrowableOfType(NightshiftException.class, () -> JobFiles.find(folder, "../first"));

        assertThat(unknown.code()).isEqualTo(FailureCode.JOB_UNKNOWN);
        assertThat(unknown)
                .hasMessage(
                        "there is no job 'frist' in " + folder + " (there are first, second), did you mean 'first'?");
        assertThat(broken.code()).isEqualTo(FailureCode.DEFINITION_INVALID);
        assertThat(broken.problems()).hasSize(1);
        assertThat(traversal.code()).isEqualTo(FailureCode.JOB_UNKNOWN);
        assertThat(catchThrowableOfType(NightshiftException.class, () -> JobFiles.find(folder.resolve("no"), "x")))
                .hasMessage("there is no job 'x' in " + folder.resolve("no"));
    }
}
