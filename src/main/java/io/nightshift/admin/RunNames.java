package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunSearch;
import java.util.UUID;
import java.util.regex.Pattern;

/** Finds the run that a path names: by its id, or the beginning of it as people type it. */
final class RunNames {

    private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern BEGINNING = Pattern.compile("[0-9a-f][0-9a-f-]{3,35}");

    private final RunLedger ledger;
    private final RunSearch search;

    RunNames(RunLedger ledger, RunSearch search) {
        this.ledger = ledger;
        this.search = search;
    }

    /** @throws NightshiftException RUN_UNKNOWN */
    RunRecord find(String text) {
        if (WHOLE.matcher(text).matches()) {
            return ledger.get(new RunId(UUID.fromString(text)));
        }
        if (BEGINNING.matcher(text).matches()) {
            return search.named(text);
        }
        throw new NightshiftException(
                FailureCode.RUN_UNKNOWN,
                "there is no such run; a run is named by its id, or by at least the first four characters of it");
    }
}
