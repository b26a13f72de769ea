package io.nightshift.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** What every command shares: the terminal, the clock and the options that stand before or behind any command. */
final class Session {

    private final Terminal terminal;
    private final Clock clock;
    private Path home;
    private OutputForm output = OutputForm.TABLE;
    private boolean debug;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    Session(Terminal terminal, Clock clock, Path home) {
        this.terminal = terminal;
        this.clock = clock;
        this.home = home;
    }

    enum OutputForm {
        TABLE,
        JSON
    }

    Terminal terminal() {
        return terminal;
    }

    Clock clock() {
        return clock;
    }

    Path home() {
        return home;
    }

    void home(Path directory) {
        this.home = directory;
    }

    boolean json() {
        return output == OutputForm.JSON;
    }

    void output(OutputForm form) {
        this.output = form;
    }

    boolean debug() {
        return debug;
    }

    void debug(boolean on) {
        this.debug = on;
    }

    /** Says that the command has ended and printed everything. */
    void ended(int exitCode) {
        ended.complete(exitCode);
    }

    /** Waits until the command has ended, and returns its exit code. */
    int awaitEnd() {
        return ended.join();
    }
}
