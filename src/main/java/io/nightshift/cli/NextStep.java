package io.nightshift.cli;

import io.nightshift.failure.FailureCode;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a person does about a run that did not complete. A restart takes the definition that the run recorded, and, once
 * its plan is made, only the very input and model of the plan: what must change in these needs a new run.
 */
final class NextStep {

    private NextStep() {}

    static String after(RunRecord run) {
        RunFailure failure = run.failure();
        return after(run.id().toString(), failure == null ? null : failure.code(), run.input() != null);
    }

    /** @param planned whether it recorded its input */
    static String after(String run, @Nullable FailureCode failure, boolean planned) {
        String restart = "nightshift restart " + run;
        if (failure == null || failure.retryable()) {
            return restart;
        }
        String keeps = "; a restart of this run keeps its definition" + (planned ? ", input and model" : "");
        String mended = "once that is mended: " + restart;
        return switch (failure) {
            case TOO_MANY_REJECTS -> "start a new run with other limits, such as --set rejects.max_rows=N" + keeps;
            case DEVICE_UNAVAILABLE -> "start a new run on another device: --set compute.device=cpu" + keeps;
            case USAGE,
                    JOB_UNKNOWN,
                    SCHEDULE_UNKNOWN,
                    BACKFILL_UNKNOWN,
                    PARAMETER_INVALID,
                    PATH_REFUSED,
                    QUERY_INVALID,
                    SCHEMA_MISMATCH -> "start a new run once that is mended" + keeps;
            case DEFINITION_INVALID,
                    INPUT_CHANGED,
                    DATA_CORRUPT,
                    LIMIT_EXCEEDED,
                    VALUE_REFUSED,
                    DUPLICATE_KEY,
                    VALUE_UNSTORABLE,
                    MODEL_INVALID,
                    MODEL_SIGNATURE_MISMATCH,
                    GOLDEN_MISMATCH,
                    SCORING_FAILED -> planned ? "start a new run once that is mended" + keeps : mended;
            case INPUT_MISSING,
                    MODEL_UNKNOWN,
                    RUN_UNKNOWN,
                    STATE_CONFLICT,
                    DATABASE_UNKNOWN,
                    DATABASE_UNUSABLE,
                    HOME_INCOMPATIBLE,
                    HOME_UNUSABLE,
                    LEDGER_UNBALANCED,
                    TOKEN_INVALID,
                    TOKEN_UNKNOWN,
                    ROLE_MISSING,
                    REQUEST_INVALID,
                    KEY_REUSED,
                    DEFECT -> mended;
            case ALREADY_RUNNING,
                    DISK_FULL,
                    STORAGE_FAILED,
                    DATABASE_FAILED,
                    LEASE_LOST,
                    OWNER_LOST,
                    TOO_MANY_REQUESTS,
                    QUEUE_FULL,
                    ADDRESS_UNAVAILABLE,
                    SERVICE_UNREACHABLE,
                    ALERT_UNDELIVERABLE -> restart;
        };
    }
}
