package io.nightshift.cli;

import io.nightshift.failure.FailureCode;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RunControl;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Works on an attempt in the foreground: shows progress, and turns Ctrl-C and SIGTERM into a stop after the chunk in hand,
 * with exit code 4.
 */
final class AttemptRunner {

    private final Session session;

    AttemptRunner(Session session) {
        this.session = session;
    }

    int run(String command, Function<OpenHome, Function<RunControl, RunRecord>> work) {
        RunControl control = new RunControl();
        try (OpenHome home = OpenHome.open(session, command)) {
            Function<RunControl, RunRecord> attempt = work.apply(home);
            RunRecord run;
            try (EndSignals signals = EndSignals.to(session, () -> control.requestStop("the process was told to end"));
                    Progress progress = Progress.of(session, control)) {
                run = attempt.apply(control);
            }
            RunReport report = new RunReport(session, home);
            report.print(run);
            report.warnOfFailure(run);
            return (control.gaveUp() ? ExitCode.STOPPED : exitCode(run)).number();
        }
    }

    private static ExitCode exitCode(RunRecord run) {
        RunFailure failure = run.failure();
        return exitCode(run.state(), failure == null ? null : failure.code());
    }

    /** How a command ends that worked on a run until it stood there. */
    static ExitCode exitCode(RunState state, @Nullable FailureCode failure) {
        if (state == RunState.COMPLETED) {
            return ExitCode.COMPLETED;
        }
        if (state == RunState.STOPPED) {
            return ExitCode.STOPPED;
        }
        ExitCode code = failure == null ? ExitCode.FAILED : ExitCode.of(failure);
        // The run itself was launched: that something else is active is then a failure of its own.
        return code == ExitCode.ALREADY_RUNNING ? ExitCode.FAILED : code;
    }
}
