package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunSearch;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RunDocument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists and shows runs. */
@RestController
final class RunsController {

    private static final String USUAL = "50";

    private final RunNames names;
    private final RunSearch search;
    private final RunDocument documents;

    RunsController(RunNames names, RunSearch search, RunDocument documents) {
        this.names = names;
        this.search = search;
        this.documents = documents;
    }

    @GetMapping(Route.API + "/runs")
    Map<String, @Nullable Object> list(
            @RequestParam(required = false) @Nullable String job,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String since,
            @RequestParam(required = false) @Nullable String experiment,
            @RequestParam(required = false) @Nullable String tag,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = USUAL) int limit) {
        Page.requireLimit(limit);
        Stream.of(job, experiment, tag).forEach(Texts::requirePlain);
        RunSearch.Filter filter = new RunSearch.Filter(
                job,
                Page.value("state", RunState.class, state),
                Texts.instant("since", since),
                experiment,
                tag == null ? null : tag(tag),
                null,
                // One more than the page holds says whether there is another.
                limit + 1);
        String fingerprint = filter.toString();
        List<RunRecord> found = search.list(at(filter, Cursor.parse(cursor, fingerprint)));
        Set<RunId> seen = search.seenByReaders();
        return Page.of(
                "runs",
                found,
                limit,
                run -> RunDocument.of(run, seen.contains(run.id())),
                last -> Cursor.of(position(last), fingerprint));
    }

    private static RunSearch.Filter at(RunSearch.Filter filter, RunSearch.@Nullable Position after) {
        return new RunSearch.Filter(
                filter.job(), filter.state(), filter.since(), filter.experiment(), filter.tag(), after, filter.limit());
    }

    private static RunSearch.Position position(RunRecord run) {
        return new RunSearch.Position(run.createdAt(), run.id());
    }

    private static RunSearch.Tag tag(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw invalid("the tag is '" + text + "'; allowed is NAME=VALUE");
        }
        return new RunSearch.Tag(text.substring(0, equals), text.substring(equals + 1));
    }

    private static NightshiftException invalid(String message) {
        return new NightshiftException(FailureCode.REQUEST_INVALID, message);
    }

    @GetMapping(Route.API + "/runs/{run}")
    Map<String, @Nullable Object> show(@PathVariable String run) {
        RunRecord found = names.find(run);
        return documents.whole(found, search.seenByReaders().contains(found.id()));
    }
}
