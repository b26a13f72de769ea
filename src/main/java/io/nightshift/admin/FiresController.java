package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import io.nightshift.schedule.Fire;
import io.nightshift.schedule.FireFilter;
import io.nightshift.schedule.FireLog;
import io.nightshift.schedule.FireOutcome;
import io.nightshift.schedule.ScheduleDocument;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists what became of planned fires, newest first, page by page. */
@RestController
final class FiresController {

    private static final int MOST = 500;

    private final FireLog log;

    FiresController(FireLog log) {
        this.log = log;
    }

    @GetMapping(Route.API + "/fires")
    Map<String, @Nullable Object> list(
            @RequestParam(required = false) @Nullable String schedule,
            @RequestParam(required = false) @Nullable String outcome,
            @RequestParam(required = false) @Nullable Instant since,
            @RequestParam(required = false) @Nullable Instant until,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > MOST) {
            throw invalid("the limit is " + limit + "; allowed are 1 to " + MOST);
        }
        Texts.requirePlain(schedule);
        Texts.requireKept("since", since);
        Texts.requireKept("until", until);
        FireOutcome wanted = outcome == null ? null : outcome(outcome);
        // One more than the page holds says whether there is another.
        FireFilter filter = new FireFilter(schedule, wanted, since, until, null, limit + 1);
        String fingerprint = filter.toString();
        List<Fire> found = log.list(
                new FireFilter(schedule, wanted, since, until, Cursor.parseFire(cursor, fingerprint), limit + 1));
        List<Fire> page = found.subList(0, Math.min(limit, found.size()));
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("fires", page.stream().map(ScheduleDocument::of).toList());
        document.put("next", found.size() <= limit ? null : Cursor.of(page.get(limit - 1), fingerprint));
        return document;
    }

    private static FireOutcome outcome(String text) {
        List<String> allowed =
                Arrays.stream(FireOutcome.values()).map(Enum::name).toList();
        if (!allowed.contains(text)) {
            throw invalid("the outcome '" + text + "' is unknown" + Suggestion.suffix(text, allowed) + "; allowed are "
                    + String.join(", ", allowed));
        }
        return FireOutcome.valueOf(text);
    }

    private static NightshiftException invalid(String message) {
        return new NightshiftException(FailureCode.REQUEST_INVALID, message);
    }
}
