package io.nightshift.admin;

import io.nightshift.backfill.BackfillRequest;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import io.nightshift.job.JobFile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body that asks for a backfill.
 *
 * @param from the first logical date: {@code 2001-01-01} or {@code 2001-01-01T06:00}
 * @param to no logical date is later; a date without a time is the whole day
 * @param every the step between dates; a day where it is null
 * @param parallel most runs at once; one where it is null
 * @param only missing, failed or all; missing where it is null
 * @param model as of a launch
 * @param parameters texts by parameter name, with expressions of the logical date
 */
record BackfillOrder(
        String job,
        String from,
        String to,
        @Nullable String every,
        @Nullable Integer parallel,
        @Nullable String only,
        @Nullable String model,
        Map<String, String> parameters) {

    private static final List<String> SELECTIONS = Arrays.stream(BackfillRequest.Selection.values())
            .map(selection -> selection.name().toLowerCase(Locale.ROOT))
            .toList();

    BackfillOrder {
        if (job == null || from == null || to == null) {
            throw invalid(
                    "a backfill needs a job, and from and to, its first and last logical date; {\"job\": \"NAME\","
                            + " \"from\": \"2001-01-01\", \"to\": \"2001-06-30\"} is the least");
        }
        if (only != null && !SELECTIONS.contains(only)) {
            throw invalid("only is '" + only + "'" + Suggestion.suffix(only, SELECTIONS) + "; allowed are "
                    + String.join(", ", SELECTIONS));
        }
        parameters = LaunchRequest.checked("parameters", parameters);
        LaunchRequest.requireModel(model);
        Texts.requirePlain(every);
    }

    private static NightshiftException invalid(String message) {
        return new NightshiftException(FailureCode.REQUEST_INVALID, message + ". Nothing was queued");
    }

    BackfillRequest of(JobFile file) {
        return new BackfillRequest(
                file.name().value(),
                BackfillRequest.first("from", from),
                BackfillRequest.last("to", to),
                every == null ? BackfillRequest.DAILY : every,
                parallel == null ? 1 : parallel,
                only == null
                        ? BackfillRequest.Selection.MISSING
                        : BackfillRequest.Selection.valueOf(only.toUpperCase(Locale.ROOT)),
                model,
                parameters);
    }

    /** The same for every spelling of the same request. */
    byte[] canonical() {
        return JsonMapper.shared().writeValueAsBytes(this);
    }
}
