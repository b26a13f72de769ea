package io.nightshift.failure;

import static io.nightshift.failure.FailureKind.DATA;
import static io.nightshift.failure.FailureKind.EXTERNAL;
import static io.nightshift.failure.FailureKind.INTERNAL;
import static io.nightshift.failure.FailureKind.MODEL;
import static io.nightshift.failure.FailureKind.USER;

/**
 * Every reason for which Nightshift refuses or gives up. The name is part of the interface: it appears in messages, run
 * records, metrics and JSON, and never changes its meaning.
 */
public enum FailureCode {
    /** A command line that does not parse or names something that does not exist. */
    USAGE(USER, false),
    /** A job, model or schedule file breaks its format; carries every problem found. */
    DEFINITION_INVALID(USER, false),
    JOB_UNKNOWN(USER, false),
    SCHEDULE_UNKNOWN(USER, false),
    BACKFILL_UNKNOWN(USER, false),
    PARAMETER_INVALID(USER, false),
    RUN_UNKNOWN(USER, false),
    /** The run's state does not allow the move that was asked for. */
    STATE_CONFLICT(USER, false),
    /** Another active run holds the same job and identifying parameters, or another process holds the home. */
    ALREADY_RUNNING(USER, true),
    QUERY_INVALID(USER, false),
    /** A path's scheme is not allowed or cannot be served, or a link leads out of its data folder. */
    PATH_REFUSED(USER, false),
    /** The input's columns do not fit what the job and the model ask for. */
    SCHEMA_MISMATCH(DATA, false),
    INPUT_MISSING(DATA, false),
    /** The input is not what it was when the run's plan was made. */
    INPUT_CHANGED(DATA, false),
    /** The input's bytes are damaged, encrypted or not of the format. */
    DATA_CORRUPT(DATA, false),
    /** The input exceeds a limit on rows, columns, footer or decoded bytes. */
    LIMIT_EXCEEDED(DATA, false),
    /** A value of the input that no column type holds: an infinite date, a number of too many digits. */
    VALUE_REFUSED(DATA, false),
    DUPLICATE_KEY(DATA, false),
    /** The result database has no place for a value, such as text with a NUL in PostgreSQL. */
    VALUE_UNSTORABLE(DATA, false),
    /** More rows were rejected than the job allows. */
    TOO_MANY_REJECTS(DATA, false),
    MODEL_UNKNOWN(USER, false),
    /** The model file cannot be loaded, is not allowed, or is not the file that was recorded. */
    MODEL_INVALID(MODEL, false),
    /** The model's tensors do not fit its signature. */
    MODEL_SIGNATURE_MISMATCH(MODEL, false),
    GOLDEN_MISMATCH(MODEL, false),
    /** The engine failed on a batch, or its answer breaks the output contract as a whole. */
    SCORING_FAILED(MODEL, false),
    DEVICE_UNAVAILABLE(USER, false),
    DISK_FULL(EXTERNAL, true),
    STORAGE_FAILED(EXTERNAL, true),
    DATABASE_FAILED(EXTERNAL, true),
    /** A job or a role names a database that the configuration does not have. */
    DATABASE_UNKNOWN(USER, false),
    /** A named database lets nobody in as it is configured: login, secret, driver, pool size. */
    DATABASE_UNUSABLE(EXTERNAL, false),
    /** The home was written by another version of Nightshift or of its database. */
    HOME_INCOMPATIBLE(EXTERNAL, false),
    HOME_UNUSABLE(EXTERNAL, false),
    /** The ledger's counts do not add up to the rows read; nothing is published. */
    LEDGER_UNBALANCED(INTERNAL, false),
    /** The attempt's lease or fencing token is no longer the newest; its commits are refused. */
    LEASE_LOST(EXTERNAL, true),
    /** The process that worked on the run ended without finishing it. */
    OWNER_LOST(EXTERNAL, true),
    /** A request to the service that carries no token, or one that is unknown, expired or revoked. */
    TOKEN_INVALID(USER, false),
    TOKEN_UNKNOWN(USER, false),
    /** The token's role may not do what was asked for. */
    ROLE_MISSING(USER, false),
    /** A request that the service cannot read: no such route, a body or value of the wrong form, one over a limit. */
    REQUEST_INVALID(USER, false),
    /** An idempotency key came with another request before. */
    KEY_REUSED(USER, false),
    TOO_MANY_REQUESTS(EXTERNAL, true),
    /** As many runs wait as may. */
    QUEUE_FULL(EXTERNAL, true),
    /** The service cannot listen on its address: taken, not this machine's, or no right to it. */
    ADDRESS_UNAVAILABLE(EXTERNAL, true),
    /** The service does not answer, or answers with something else than ours does. */
    SERVICE_UNREACHABLE(EXTERNAL, true),
    /** A channel did not take an alert. */
    ALERT_UNDELIVERABLE(EXTERNAL, true),
    DEFECT(INTERNAL, false);

    private final FailureKind kind;
    private final boolean retryable;

    FailureCode(FailureKind kind, boolean retryable) {
        this.kind = kind;
        this.retryable = retryable;
    }

    /** Who can mend it. */
    public FailureKind kind() {
        return kind;
    }

    /** Whether the same request may succeed later with nothing changed by a person. */
    public boolean retryable() {
        return retryable;
    }
}
