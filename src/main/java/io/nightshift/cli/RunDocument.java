package io.nightshift.cli;

import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunRecord;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every JSON document says of a run. */
final class RunDocument {

    private RunDocument() {}

    static Map<String, @Nullable Object> of(RunRecord run) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("run", run.id().toString());
        document.put("name", run.name());
        document.put("job", run.job().value());
        document.put("experiment", run.experiment());
        document.put("state", run.state().name());
        document.put("attempt", run.attempt());
        document.put("created", run.createdAt().toString());
        document.put("ended", run.endedAt() == null ? null : run.endedAt().toString());
        document.put("published", run.publishedAt() != null);
        document.put("pinned", run.pinned());
        document.put("purged", run.purgedAt() == null ? null : run.purgedAt().toString());
        document.put("parameters", run.parameters());
        document.put("tags", run.tags());
        Map<String, Object> rows = new LinkedHashMap<>();
        rows.put("read", run.rows().read());
        rows.put("predicted", run.rows().predicted());
        rows.put("rejected", run.rows().rejected());
        rows.put("filtered", run.rows().filtered());
        document.put("rows", rows);
        RunFailure failure = run.failure();
        if (failure != null) {
            Map<String, @Nullable Object> said = new LinkedHashMap<>();
            said.put("code", failure.code().name());
            said.put("kind", failure.code().kind().name().toLowerCase(Locale.ROOT));
            said.put("message", failure.message());
            said.put("where", failure.where());
            document.put("failure", said);
        }
        return document;
    }
}
