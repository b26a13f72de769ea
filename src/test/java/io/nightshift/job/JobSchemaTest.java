package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.definition.Document;
import io.nightshift.definition.Problems;
import io.nightshift.definition.SchemaFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The schema that editors use, and the reference page, say what the parser does. */
class JobSchemaTest {

    private static final SchemaFile SCHEMA = new SchemaFile("Nightshift job", JobFormat.FORMAT, JobSchemaTest.class);

    @Test
    void theSchemaFileIsCurrent() throws IOException {
        SCHEMA.assertSchemaIsCurrent(Path.of("jobs/schema/job.schema.json"));
    }

    @Test
    void theReferencePageIsCurrent() throws IOException {
        SCHEMA.assertReferenceIsCurrent(Path.of("docs/reference/job-file.md"));
    }

    @Test
    void theSchemaTakesEveryShippedFile() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("jobs"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".yaml")).toList()) {
                assertThat(SCHEMA.errorsIn(Files.readString(file)))
                        .as("%s", file)
                        .isEmpty();
                assertThat(Files.readString(file))
                        .startsWith("# yaml-language-server: $schema=schema/job.schema.json\n");
            }
        }
    }

    /** The parser takes the whole job, so what it has is known to the parser; the rest would be missing here. */
    @Test
    void theSchemaHasTheKeysOfTheParserAndNoOthers() {
        Problems problems = new Problems();
        Document whole = Document.parse("j.yaml", JobFileTest.WHOLE.getBytes(StandardCharsets.UTF_8), problems);

        assertThat(JobFormat.FORMAT.read(Objects.requireNonNull(whole).root(), problems))
                .isNotNull();
        assertThat(SCHEMA.errorsIn(JobFileTest.WHOLE)).isEmpty();
        String table = JobFileTest.SMALLEST.replace("{parquet: {path: in.parquet}}", JobFileTest.JDBC)
                + "parameters: {day: {type: date}}\n";
        Document ofTable = Document.parse("t.yaml", table.getBytes(StandardCharsets.UTF_8), problems);
        Document ofQuery = Document.parse(
                "q.yaml",
                table.replace("table: flights", "query: select 1").getBytes(StandardCharsets.UTF_8),
                problems);
        TreeSet<String> keys = SCHEMA.keysOf(whole.root());
        keys.addAll(SCHEMA.keysOf(Objects.requireNonNull(ofTable).root()));
        keys.addAll(SCHEMA.keysOf(Objects.requireNonNull(ofQuery).root()));
        assertThat(keys).isEqualTo(SCHEMA.keys());
        assertThat(SCHEMA.errorsIn(table)).isEmpty();
        assertThat(SCHEMA.errorsIn(table.replace("partition_by: [a, b]", "partition_by: a")))
                .isEmpty();
        assertThat(SCHEMA.errorsIn(table.replace("table: flights", "parquet: x")))
                .isNotEmpty();
    }

    @Test
    void theSchemaRefusesWhatTheParserRefuses() {
        assertThat(SCHEMA.errorsIn(JobFileTest.WHOLE.replace("threads: 2", "thread: 2")))
                .isNotEmpty();
        assertThat(SCHEMA.errorsIn(JobFileTest.WHOLE.replace("threads: 2", "threads: 0")))
                .isNotEmpty();
        assertThat(SCHEMA.errorsIn(JobFileTest.WHOLE.replace("{sum: delay}", "{sum: a, max: a}")))
                .isNotEmpty();
        assertThat(SCHEMA.errorsIn(JobFileTest.WHOLE.replace("job: whole-1.0", "job: Whole")))
                .isNotEmpty();
        assertThat(SCHEMA.errorsIn(JobFileTest.WHOLE.replace("at: 0.95", "at: 95")))
                .isNotEmpty();
    }
}
