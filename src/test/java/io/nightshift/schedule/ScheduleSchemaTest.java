package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.definition.Document;
import io.nightshift.definition.Problems;
import io.nightshift.definition.SchemaFile;
import io.nightshift.timing.CalendarFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The schema that editors use, and the reference page, say what the parser does. */
final class ScheduleSchemaTest {

    private static final SchemaFile SCHEMA = new SchemaFile(
            "Nightshift schedule", ScheduleFormat.format(CalendarFiles.here()), ScheduleSchemaTest.class);

    @Test
    void theSchemaFileIsCurrent() throws IOException {
        SCHEMA.assertSchemaIsCurrent(Path.of("schedules/schema/schedule.schema.json"));
    }

    @Test
    void theReferencePageIsCurrent() throws IOException {
        SCHEMA.assertReferenceIsCurrent(Path.of("docs/reference/schedule-file.md"));
    }

    @Test
    void theSchemaTakesEveryShippedFile() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("schedules"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".yaml")).toList()) {
                assertThat(SCHEMA.errorsIn(Files.readString(file)))
                        .as("%s", file)
                        .isEmpty();
                assertThat(Files.readString(file))
                        .startsWith("# yaml-language-server: $schema=schema/schedule.schema.json\n");
            }
        }
    }

    /** The parser takes these files, so what they have is known to it; a key of the parser would be missing here. */
    @Test
    void theSchemaHasTheKeysOfTheParserAndNoOthers() {
        TreeSet<String> keys = new TreeSet<>();
        for (String text : List.of(
                ScheduleFileTest.WHOLE,
                ScheduleFileTest.with("every: 15m"),
                ScheduleFileTest.with("at: [2026-12-24T18:00]\ntime_zone: UTC"),
                ScheduleFileTest.with("after: [a, b]"),
                ScheduleFileTest.with("when: {marker: in/_SUCCESS, check_every: 10s}"),
                ScheduleFileTest.with("when: {partition: in/day=*}"),
                ScheduleFileTest.with("when: {database: w, query: select count(*) from t}"))) {
            Problems problems = new Problems();
            Document document = Document.parse("s.yaml", text.getBytes(StandardCharsets.UTF_8), problems);
            assertThat(ScheduleFormat.format(CalendarFiles.here())
                            .read(Objects.requireNonNull(document).root(), problems))
                    .as("%s: %s", text, problems.sorted())
                    .isNotNull();
            assertThat(SCHEMA.errorsIn(text)).as(text).isEmpty();
            keys.addAll(SCHEMA.keysOf(document.root()));
        }
        assertThat(keys).isEqualTo(SCHEMA.keys());
    }

    @Test
    void theSchemaRefusesWhatTheParserRefuses() {
        for (String text : List.of(
                ScheduleFileTest.WHOLE.replace("overlap: queue", "overlap: queued"),
                ScheduleFileTest.WHOLE.replace("misfire: latest", "misfire: all"),
                ScheduleFileTest.WHOLE.replace("priority: 7", "priority: 11"),
                ScheduleFileTest.WHOLE.replace("cron:", "crom:"),
                ScheduleFileTest.WHOLE + "every: 15m\n",
                ScheduleFileTest.with("when: {marker: a, partition: b}"))) {
            assertThat(SCHEMA.errorsIn(text)).as(text).isNotEmpty();
        }
    }
}
