package io.nightshift.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.schedule.ScheduleChange;
import io.nightshift.schedule.Schedules;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows schedules, pauses and resumes them, fires them by hand and applies their files. */
@RestController
final class SchedulesController {

    private static final int MOST_NEXT = 1_000;
    private static final int LONGEST_REASON = 500;

    private final Schedules schedules;

    SchedulesController(Schedules schedules) {
        this.schedules = schedules;
    }

    /** @param until when it fires again by itself; null for when somebody resumes it */
    record PauseRequest(String reason, @Nullable Instant until) {

        PauseRequest {
            if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
                throw new NightshiftException(
                        FailureCode.REQUEST_INVALID,
                        "a pause needs a reason of 1 to " + LONGEST_REASON + " characters. Nothing was changed");
            }
            Texts.requirePlain(reason);
        }
    }

    /** @param logicalDate what the run is for; now where it is null */
    record FireRequest(
            @JsonProperty("logical_date") @Nullable LocalDateTime logicalDate) {}

    @GetMapping(Route.API + "/schedules")
    Map<String, Object> list() {
        return Map.of(
                "schedules", schedules.list().stream().map(ScheduleDocument::of).toList());
    }

    @GetMapping(Route.API + "/schedules/{name}")
    Map<String, @Nullable Object> show(@PathVariable String name) {
        return ScheduleDocument.whole(schedules.get(name));
    }

    @GetMapping(Route.API + "/schedules/{name}/next")
    Map<String, Object> next(@PathVariable String name, @RequestParam(defaultValue = "20") int count) {
        if (count < 1 || count > MOST_NEXT) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID, "the count is " + count + "; allowed are 1 to " + MOST_NEXT);
        }
        return Map.of(
                "fires",
                schedules.next(name, count).stream().map(ScheduleDocument::of).toList());
    }

    @PostMapping(Route.API + "/schedules/{name}/pause")
    Map<String, @Nullable Object> pause(
            @PathVariable String name, @RequestBody PauseRequest request, TokenAuthentication caller) {
        return ScheduleDocument.of(schedules.pause(name, caller.who(), request.reason(), request.until()));
    }

    @PostMapping(Route.API + "/schedules/{name}/resume")
    Map<String, @Nullable Object> resume(@PathVariable String name) {
        return ScheduleDocument.of(schedules.resume(name));
    }

    @PostMapping(Route.API + "/schedules/{name}/fire")
    Map<String, @Nullable Object> fire(
            @PathVariable String name,
            @RequestBody(required = false) @Nullable FireRequest request,
            TokenAuthentication caller) {
        return ScheduleDocument.of(schedules.fire(name, request == null ? null : request.logicalDate(), caller.who()));
    }

    @PostMapping(Route.API + "/schedules/reload")
    Map<String, Object> reload(TokenAuthentication caller) {
        List<ScheduleChange> changes = schedules.reload(caller.who());
        return Map.of("changes", changes);
    }
}
