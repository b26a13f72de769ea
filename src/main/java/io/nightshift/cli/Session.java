package io.nightshift.cli;

import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertSettings;
import io.nightshift.configuration.Configuration;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What every command shares: the terminal, the clock and the options that stand before or behind any command. */
final class Session {

    static final String HOME_VARIABLE = "NIGHTSHIFT_HOME";
    static final String CONFIGURATION_VARIABLE = "NIGHTSHIFT_CONFIG";

    private final Terminal terminal;
    private final Clock clock;
    private final Map<String, String> environment;
    private Path home;
    private @Nullable Path configuration;
    private OutputForm output = OutputForm.TABLE;
    private boolean debug;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    /** @param environment may name the home and the configuration file, and holds the passwords of databases */
    Session(Terminal terminal, Clock clock, Map<String, String> environment) {
        this.terminal = terminal;
        this.clock = clock;
        this.environment = environment;
        Path namedHome = named(HOME_VARIABLE);
        this.home = namedHome == null ? Path.of(".nightshift") : namedHome;
        this.configuration = named(CONFIGURATION_VARIABLE);
    }

    private @Nullable Path named(String variable) {
        String value = environment.get(variable);
        return value == null || value.isBlank() ? null : Path.of(value);
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

    void configuration(Path file) {
        this.configuration = file;
    }

    /**
     * The configuration that holds for the command.
     *
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of the file
     */
    Configuration configuration() {
        return Configuration.load(configuration);
    }

    AlertChannels channels(AlertSettings settings) {
        return new AlertChannels(settings, environment, clock);
    }

    Map<String, String> environment() {
        return environment;
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
