package io.nightshift.admin;

import io.nightshift.access.IdempotencyKeys;
import io.nightshift.backfill.Backfill;
import io.nightshift.backfill.BackfillDocument;
import io.nightshift.backfill.BackfillState;
import io.nightshift.backfill.Backfills;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Lists and shows backfills, asks for them, stops and resumes them. */
@RestController
final class BackfillsController {

    private static final String ROUTE = Route.API + "/backfills";
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,17}");

    private final Backfills backfills;
    private final OnceByKey once;
    private final Path jobs;

    BackfillsController(Backfills backfills, OnceByKey once, EndpointSettings settings) {
        this.backfills = backfills;
        this.once = once;
        this.jobs = settings.jobs();
    }

    @GetMapping(ROUTE)
    Map<String, @Nullable Object> list(
            @RequestParam(required = false) @Nullable String job,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        Page.requireLimit(limit);
        Texts.requirePlain(job);
        BackfillState wanted = Page.value("state", BackfillState.class, state);
        String fingerprint = "backfills " + job + " " + wanted;
        List<Backfill> found =
                backfills.list(new Backfills.Filter(job, wanted, Cursor.parseNumber(cursor, fingerprint), limit + 1));
        return Page.of(
                "backfills",
                found,
                limit,
                BackfillDocument::of,
                last -> Cursor.of(last.id(), last.createdAt(), fingerprint));
    }

    /** A backfill may have a hundred thousand dates; without them its counts say how it stands. */
    @GetMapping(ROUTE + "/{id}")
    Map<String, @Nullable Object> show(@PathVariable String id, @RequestParam(defaultValue = "true") boolean dates) {
        long number = number(id);
        return dates ? BackfillDocument.of(backfills.get(number)) : BackfillDocument.of(backfills.standing(number));
    }

    @PostMapping(path = ROUTE, consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Map<String, @Nullable Object>> start(
            @RequestBody BackfillOrder order,
            @RequestHeader(name = OnceByKey.HEADER, required = false) @Nullable String key,
            TokenAuthentication caller) {
        IdempotencyKeys.Answer answer =
                once.answer(caller, key, order.canonical(), () -> Long.toString(create(order, caller)));
        ResponseEntity.BodyBuilder accepted =
                ResponseEntity.accepted().location(URI.create(ROUTE + "/" + answer.made()));
        return OnceByKey.marked(accepted, answer.repeated())
                .body(BackfillDocument.of(backfills.standing(Long.parseLong(answer.made()))));
    }

    private long create(BackfillOrder order, TokenAuthentication caller) {
        JobFile file = Jobs.named(jobs, order.job());
        return backfills.create(file, order.of(file), caller.who()).id();
    }

    @PostMapping(ROUTE + "/{id}/stop")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, @Nullable Object> stop(@PathVariable String id, TokenAuthentication caller) {
        return BackfillDocument.of(backfills.stop(number(id), caller.who()));
    }

    @PostMapping(ROUTE + "/{id}/resume")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, @Nullable Object> resume(@PathVariable String id, TokenAuthentication caller) {
        return BackfillDocument.of(backfills.resume(number(id), caller.who()));
    }

    private static long number(String id) {
        if (!NUMBER.matcher(id).matches()) {
            throw new NightshiftException(
                    FailureCode.BACKFILL_UNKNOWN,
                    "there is no such backfill; one is named by its number. Nothing was changed");
        }
        return Long.parseLong(id);
    }
}
