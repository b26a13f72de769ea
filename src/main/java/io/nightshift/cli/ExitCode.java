package io.nightshift.cli;

import io.nightshift.failure.FailureCode;

/** How a command ends, as the calling shell sees it. */
enum ExitCode {
    COMPLETED(0),
    FAILED(1),
    /** Wrong use of the command, or an invalid definition: the same command never succeeds. */
    WRONG_USE(2),
    /** A quality limit of the job refused the result. */
    REFUSED(3),
    STOPPED(4),
    ALREADY_RUNNING(5);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static ExitCode of(FailureCode failure) {
        if (failure == FailureCode.ALREADY_RUNNING) {
            return ALREADY_RUNNING;
        }
        if (failure == FailureCode.TOO_MANY_REJECTS) {
            return REFUSED;
        }
        return switch (failure.kind()) {
            case USER -> WRONG_USE;
            case DATA, MODEL, EXTERNAL, INTERNAL -> FAILED;
        };
    }
}
