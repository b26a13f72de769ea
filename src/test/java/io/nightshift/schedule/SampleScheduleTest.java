package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.LocalDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The command by which the shipped schedule is tried out is where people find it, and its run has flights to score. */
class SampleScheduleTest {

    private static final Pattern COMMAND =
            Pattern.compile("nightshift fire flight-delay-nightly --at ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})");

    @Test
    void theDocumentedFireHasFlightsToScore() throws Exception {
        ScheduleDefinition schedule = ScheduleFile.load(Path.of("schedules/flight-delay-nightly.yaml"))
                .definition();
        JobFile job = JobFiles.find(JobFiles.FOLDER, schedule.job());
        for (String document :
                new String[] {"README.md", "docs/how-to/schedules.md", "schedules/flight-delay-nightly.yaml"}) {
            Matcher command = COMMAND.matcher(Files.readString(Path.of(document)));
            assertThat(command.find()).as(document).isTrue();
            LocalDateTime date = LocalDateTime.parse(command.group(1));
            String day = job.filled(schedule.parameters(), date).get("day");
            try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                    ResultSet flights = duck.createStatement()
                            .executeQuery("select count(*) from read_parquet('sample-data/flights.parquet')"
                                    + " where cast(date as date) = date '" + day + "'")) {
                flights.next();
                assertThat(flights.getLong(1))
                        .as("%s, flights of %s", document, day)
                        .isPositive();
            }
        }
    }
}
