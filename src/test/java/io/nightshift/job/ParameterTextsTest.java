package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parameters as a schedule gives them: filled in for a logical date, and typed by the job. */
final class ParameterTextsTest {

    private static final LocalDateTime LOGICAL_DATE = LocalDateTime.parse("2028-03-01T02:30");
    private static final JobFile JOB = JobFile.parse("j.yaml", JobFileTest.SMALLEST + """
                    parameters:
                      day: {type: date}
                      since: {type: timestamp, default: "${logical_date - 1h}"}
                      hour: {type: long, max: 23, default: 0}
                      label: {type: string, default: x}
                    """);

    @Test
    void expressionsOfTheLogicalDateBecomeValuesOfTheDeclaredTypes() {
        Map<String, String> filled = JOB.filled(
                Map.of(
                        "day",
                        "${logical_date - 1d}",
                        "since",
                        "${logical_date - 90m}",
                        "hour",
                        "7",
                        "label",
                        "of ${logical_date}"),
                LOGICAL_DATE);
        assertThat(filled)
                .isEqualTo(Map.of(
                        "day", "2028-02-29",
                        "since", "2028-03-01T01:00:00",
                        "hour", "7",
                        "label", "of 2028-03-01T02:30:00"));
        assertThat(JOB.resolve(new JobFile.Launch(filled, LOGICAL_DATE, Map.of(), null))
                        .parameters()
                        .get("day"))
                .isEqualTo(new ParameterValue(ParameterType.DATE, "2028-02-29"));
    }

    @Test
    void everyWrongParameterIsNamedAtOnce() {
        NightshiftException refused = catchThrowableOfType(
                NightshiftException.class,
                () -> JOB.filled(Map.of("day", "${logicaldate}", "hour", "24", "labl", "x"), LOGICAL_DATE));
        assertThat(refused.code()).isEqualTo(FailureCode.PARAMETER_INVALID);
        assertThat(refused.getMessage())
                .contains("there is no parameter 'logicaldate' (known are logical_date), did you mean 'logical_date'?")
                .contains("'24' is above the largest value 23")
                .contains("has no parameter 'labl'")
                .contains("did you mean 'label'?");
        assertThat(JOB.problemsOf(Map.of("hour", "24"))).containsOnlyKeys("hour", "day");
        assertThat(JOB.problemsOf(Map.of("day", "${logical_date + 1d}"))).isEmpty();
    }
}
