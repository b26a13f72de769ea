package io.nightshift.admin;

import io.nightshift.schedule.Fire;
import io.nightshift.schedule.FireFilter;
import io.nightshift.schedule.FireLog;
import io.nightshift.schedule.FireOutcome;
import io.nightshift.schedule.ScheduleDocument;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists what became of planned fires, newest first, page by page. */
@RestController
final class FiresController {

    private final FireLog log;

    FiresController(FireLog log) {
        this.log = log;
    }

    @GetMapping(Route.API + "/fires")
    Map<String, @Nullable Object> list(
            @RequestParam(required = false) @Nullable String schedule,
            @RequestParam(required = false) @Nullable String outcome,
            @RequestParam(required = false) @Nullable String since,
            @RequestParam(required = false) @Nullable String until,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        Page.requireLimit(limit);
        Texts.requirePlain(schedule);
        Instant from = Texts.instant("since", since);
        Instant to = Texts.instant("until", until);
        FireOutcome wanted = Page.value("outcome", FireOutcome.class, outcome);
        // One more than the page holds says whether there is another.
        FireFilter filter = new FireFilter(schedule, wanted, from, to, null, limit + 1);
        String fingerprint = filter.toString();
        List<Fire> found =
                log.list(new FireFilter(schedule, wanted, from, to, Cursor.parseFire(cursor, fingerprint), limit + 1));
        return Page.of("fires", found, limit, ScheduleDocument::of, last -> Cursor.of(last, fingerprint));
    }
}
