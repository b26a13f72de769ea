package io.nightshift.cli;

import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RunControl;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

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
        CountDownLatch closed = new CountDownLatch(1);
        Thread stop = new Thread(() -> stopAndWait(control, closed), "nightshift-stop");
        try (OpenHome home = OpenHome.open(session, command)) {
            Function<RunControl, RunRecord> attempt = work.apply(home);
            Runtime.getRuntime().addShutdownHook(stop);
            RunRecord run;
            try (Progress progress = new Progress(session.terminal(), control)) {
                run = attempt.apply(control);
            }
            new RunReport(session, home).print(run);
            return exitCode(run).number();
        } finally {
            unhook(stop);
            closed.countDown();
        }
    }

    private static void stopAndWait(RunControl control, CountDownLatch closed) {
        control.requestStop("the process was told to end");
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCode.STOPPED.number());
    }

    private static void unhook(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException shuttingDown) {
            // The hook waits for this thread and then ends the process itself.
            return;
        }
    }

    private static ExitCode exitCode(RunRecord run) {
        if (run.state() == RunState.COMPLETED) {
            return ExitCode.COMPLETED;
        }
        if (run.state() == RunState.STOPPED) {
            return ExitCode.STOPPED;
        }
        ExitCode code = run.failure() == null
                ? ExitCode.FAILED
                : ExitCode.of(run.failure().code());
        // What a run refuses after its launch is a failed run, whoever can mend it.
        return code == ExitCode.ALREADY_RUNNING ? ExitCode.FAILED : code;
    }
}
