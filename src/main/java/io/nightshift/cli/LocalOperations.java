package io.nightshift.cli;

import io.nightshift.access.AuditLog;
import io.nightshift.access.AuditRecord;
import io.nightshift.access.TokenDocument;
import io.nightshift.alert.AlertDocument;
import io.nightshift.alert.AlertState;
import io.nightshift.backfill.BackfillDocument;
import io.nightshift.backfill.BackfillRequest;
import io.nightshift.backfill.Backfills;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunSearch;
import io.nightshift.queue.QueueDocument;
import io.nightshift.run.RecordedJob;
import io.nightshift.run.RunDocument;
import io.nightshift.schedule.FireFilter;
import io.nightshift.schedule.ScheduleDocument;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Operations on the home of this process, which it closes. */
final class LocalOperations implements Operations {

    private final Session session;
    private final OpenHome home;

    LocalOperations(Session session, OpenHome home) {
        this.session = session;
        this.home = home;
    }

    private static JsonNode document(Object content) {
        return JsonMapper.shared().valueToTree(content);
    }

    @Override
    public JsonNode runs(RunSearch.Filter filter) {
        List<RunRecord> runs = home.search().list(filter);
        Set<RunId> seen = home.search().seenByReaders();
        return document(Map.of(
                "runs",
                runs.stream()
                        .map(run -> RunDocument.of(run, seen.contains(run.id())))
                        .toList()));
    }

    @Override
    public JsonNode run(String name) {
        RunRecord run = home.search().named(name);
        boolean current = home.search().seenByReaders().contains(run.id());
        return document(new RunDocument(home.details(), home.ledger()).whole(run, current));
    }

    @Override
    public JsonNode stop(String run) {
        RunRecord found = home.search().named(run);
        home.queue().stop(found, OpenHome.who(), "stopped by hand");
        return document(RunDocument.of(home.ledger().get(found.id())));
    }

    @Override
    public JsonNode publish(String run) {
        RunRecord found = home.search().named(run);
        return document(RunDocument.of(home.publisher().publish(found, RecordedJob.of(found), OpenHome.who())));
    }

    @Override
    public JsonNode schedules() {
        return document(Map.of(
                "schedules",
                home.schedules().list().stream().map(ScheduleDocument::of).toList()));
    }

    @Override
    public JsonNode schedule(String name) {
        return document(ScheduleDocument.whole(home.schedules().get(name)));
    }

    @Override
    public JsonNode next(String schedule, int count) {
        return document(ScheduleDocument.next(
                home.schedules().get(schedule), home.schedules().next(schedule, count)));
    }

    @Override
    public JsonNode pause(String schedule, String reason, @Nullable Instant until) {
        return document(ScheduleDocument.of(home.schedules().pause(schedule, OpenHome.who(), reason, until)));
    }

    @Override
    public JsonNode resume(String schedule) {
        return document(ScheduleDocument.of(home.schedules().resume(schedule)));
    }

    @Override
    public JsonNode fire(String schedule, @Nullable LocalDateTime logicalDate) {
        return document(ScheduleDocument.of(home.schedules().fire(schedule, logicalDate, OpenHome.who())));
    }

    @Override
    public JsonNode reload() {
        return document(ScheduleDocument.of(home.schedules().reload(OpenHome.who())));
    }

    @Override
    public JsonNode fires(FireFilter filter) {
        return document(Map.of(
                "fires",
                home.fires().list(filter).stream().map(ScheduleDocument::of).toList()));
    }

    @Override
    public JsonNode queue() {
        return document(Map.of(
                "waiting",
                home.queue().waiting().stream().map(QueueDocument::of).toList()));
    }

    @Override
    public JsonNode prioritise(String run, int priority) {
        RunId found = home.search().named(run).id();
        home.queue().prioritise(found, priority);
        return document(QueueDocument.prioritised(found, priority));
    }

    @Override
    public JsonNode cancel(String run) {
        return document(RunDocument.of(
                home.queue().cancelWaiting(home.search().named(run), OpenHome.who(), "cancelled by hand")));
    }

    @Override
    public JsonNode nodes() {
        return document(Map.of(
                "nodes", home.nodes().list().stream().map(QueueDocument::of).toList()));
    }

    @Override
    public JsonNode pin(String run, boolean pinned) {
        return document(RunDocument.of(home.retention().pin(home.search().named(run), pinned, OpenHome.who())));
    }

    @Override
    public JsonNode backfills(Backfills.Filter filter) {
        return document(Map.of(
                "backfills",
                home.backfills().list(filter).stream().map(BackfillDocument::of).toList()));
    }

    @Override
    public JsonNode backfill(long id, boolean dates) {
        return document(
                dates
                        ? BackfillDocument.of(home.backfills().get(id))
                        : BackfillDocument.of(home.backfills().standing(id)));
    }

    @Override
    public JsonNode startBackfill(BackfillRequest request) {
        JobFile file = JobFiles.find(JobFiles.FOLDER, request.job());
        return document(BackfillDocument.of(home.backfills().create(file, request, OpenHome.who())));
    }

    @Override
    public JsonNode stopBackfill(long id) {
        return document(BackfillDocument.of(home.backfills().stop(id, OpenHome.who())));
    }

    @Override
    public JsonNode resumeBackfill(long id) {
        return document(BackfillDocument.of(home.backfills().resume(id, OpenHome.who())));
    }

    @Override
    public JsonNode alerts(@Nullable AlertState state, int limit) {
        Set<String> channels = home.channels().names();
        return document(Map.of(
                "alerts",
                home.alerts().list(state, limit).stream()
                        .map(entry -> AlertDocument.of(entry, channels))
                        .toList()));
    }

    @Override
    public JsonNode audit(AuditLog.Filter filter) {
        return document(Map.of(
                "audit",
                home.audit().list(filter).stream().map(AuditRecord::document).toList()));
    }

    @Override
    public JsonNode auditChain(@Nullable String known) {
        return document(home.audit().check(known).document());
    }

    @Override
    public JsonNode tokens() {
        return document(Map.of(
                "tokens", home.tokens().list().stream().map(TokenDocument::of).toList()));
    }

    @Override
    public JsonNode revoke(String token) {
        return document(TokenDocument.of(home.tokens().revoke(token, OpenHome.who())));
    }

    @Override
    public boolean exclusive() {
        return home.exclusive();
    }

    @Override
    public void printPlaces(JsonNode run) {
        RunId id = new RunId(UUID.fromString(run.get("run").asString()));
        new RunReport(session, home).printPlaces(home.ledger().get(id));
    }

    @Override
    public void close() {
        home.close();
    }
}
