package io.nightshift.cli;

import io.nightshift.run.RunControl;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Shows how far an attempt is: one line that is written over on a terminal, plain lines now and then elsewhere. */
final class Progress implements AutoCloseable {

    private static final long TERMINAL_MILLIS = 200;
    private static final long PLAIN_MILLIS = 5_000;

    private final Terminal terminal;
    private final RunControl control;
    private final ScheduledExecutorService ticker;

    /** Nothing is shown to programs: their error stream holds one JSON object, or nothing. */
    static Progress of(Session session, RunControl control) {
        Progress progress = new Progress(session.terminal(), control);
        if (!session.json()) {
            progress.start();
        }
        return progress;
    }

    private Progress(Terminal terminal, RunControl control) {
        this.terminal = terminal;
        this.control = control;
        this.ticker = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "nightshift-progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    private void start() {
        long every = terminal.interactive() ? TERMINAL_MILLIS : PLAIN_MILLIS;
        ticker.scheduleAtFixedRate(this::show, every, every, TimeUnit.MILLISECONDS);
    }

    private void show() {
        if (control.rowsPlanned() == 0) {
            return;
        }
        String line = line(control.rowsDone(), control.rowsPlanned(), control.scoringSeconds());
        if (terminal.interactive()) {
            terminal.status(line);
        } else {
            terminal.warn(line);
        }
    }

    /** Without the time left while nothing is done to tell it by. */
    static String line(long done, long planned, double seconds) {
        double rate = seconds > 0 ? done / seconds : 0;
        String left = rate > 0 ? String.format(Locale.ROOT, "  %.0f s left", (planned - done) / rate) : "";
        return String.format(
                Locale.ROOT,
                "%,d of %,d rows  %3d %%  %,d rows/s%s",
                done,
                planned,
                planned == 0 ? 100 : done * 100 / planned,
                (long) rate,
                left);
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        terminal.clearStatus();
    }
}
