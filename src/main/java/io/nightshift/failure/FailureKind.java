package io.nightshift.failure;

/** Who can mend a failure: the one decision that exit codes, retries and alerts derive from. */
public enum FailureKind {
    /** The command, the definition or the parameters are wrong; the same request never succeeds. */
    USER,
    /** The input data are damaged, missing or break a contract. */
    DATA,
    /** The model file, its signature or its answers are wrong. */
    MODEL,
    /** Something outside the process refused or broke: disk, network, database. */
    EXTERNAL,
    /** A defect of Nightshift itself. */
    INTERNAL
}
