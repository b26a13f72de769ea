package io.nightshift.admin;

import io.nightshift.access.IdempotencyKeys;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.ledger.RetentionLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.Submission;
import io.nightshift.run.RecordedJob;
import io.nightshift.run.RunDocument;
import io.nightshift.run.RunPublisher;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Launches, stops, restarts, publishes and pins runs. */
@RestController
final class RunMovesController {

    private final RunNames names;
    private final RunQueue queue;
    private final RunPublisher publisher;
    private final RetentionLedger retention;
    private final OnceByKey once;
    private final Path jobs;
    private final Clock clock;

    RunMovesController(
            RunNames names,
            RunQueue queue,
            RunPublisher publisher,
            RetentionLedger retention,
            OnceByKey once,
            EndpointSettings settings,
            Clock clock) {
        this.names = names;
        this.queue = queue;
        this.publisher = publisher;
        this.retention = retention;
        this.once = once;
        this.jobs = settings.jobs();
        this.clock = clock;
    }

    @PostMapping(path = Route.API + "/runs", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Map<String, @Nullable Object>> launch(
            @RequestBody LaunchRequest request,
            @RequestHeader(name = OnceByKey.HEADER, required = false) @Nullable String key,
            TokenAuthentication caller) {
        IdempotencyKeys.Answer answer = once.answer(caller, key, request.canonical(), () -> submit(request, caller)
                .id()
                .toString());
        return accepted(names.find(answer.made()), answer.repeated());
    }

    private RunRecord submit(LaunchRequest request, TokenAuthentication caller) {
        LocalDateTime date = request.logicalDate() == null
                ? LocalDateTime.now(clock).truncatedTo(ChronoUnit.SECONDS)
                : request.logicalDate();
        JobDefinition job = Jobs.named(jobs, request.job())
                .resolve(new JobFile.Launch(request.parameters(), date, request.settings(), request.model()));
        int priority = request.priority() == null ? Submission.DEFAULT_PRIORITY : request.priority();
        return queue.submit(Submission.byHand(job, date, request.tags(), caller.who(), priority), caller.who());
    }

    private static ResponseEntity<Map<String, @Nullable Object>> accepted(RunRecord run, boolean repeated) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.accepted().location(URI.create(Route.API + "/runs/" + run.id()));
        return OnceByKey.marked(answer, repeated).body(RunDocument.of(run));
    }

    @PostMapping(Route.API + "/runs/{run}/stop")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, @Nullable Object> stop(@PathVariable String run, TokenAuthentication caller) {
        RunRecord found = names.find(run);
        queue.stop(found, caller.who(), "stopped by hand");
        return RunDocument.of(names.find(found.id().toString()));
    }

    @PostMapping(Route.API + "/runs/{run}/restart")
    ResponseEntity<Map<String, @Nullable Object>> restart(@PathVariable String run, TokenAuthentication caller) {
        return accepted(queue.restart(names.find(run), caller.who()), false);
    }

    /** Goes back, or forward, to another complete run. */
    @PostMapping(Route.API + "/runs/{run}/publish")
    Map<String, @Nullable Object> publish(@PathVariable String run, TokenAuthentication caller) {
        RunRecord found = names.find(run);
        return RunDocument.of(publisher.publish(found, RecordedJob.of(found), caller.who()));
    }

    /** Keeps its results, whatever its job says. */
    @PostMapping(Route.API + "/runs/{run}/pin")
    Map<String, @Nullable Object> pin(@PathVariable String run, TokenAuthentication caller) {
        return RunDocument.of(retention.pin(names.find(run), true, caller.who()));
    }

    @PostMapping(Route.API + "/runs/{run}/unpin")
    Map<String, @Nullable Object> unpin(@PathVariable String run, TokenAuthentication caller) {
        return RunDocument.of(retention.pin(names.find(run), false, caller.who()));
    }
}
