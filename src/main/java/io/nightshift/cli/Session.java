package io.nightshift.cli;

import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertSettings;
import io.nightshift.configuration.Configuration;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.remote.ServiceClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What every command shares: the terminal, the clock and the options that stand before or behind any command. */
final class Session {

    static final String HOME_VARIABLE = "NIGHTSHIFT_HOME";
    static final String CONFIGURATION_VARIABLE = "NIGHTSHIFT_CONFIG";

    private static final int MOST_LISTED = 100_000;

    private final Terminal terminal;
    private final Clock clock;
    private final Map<String, String> environment;
    private Path home;
    private @Nullable Path configuration;
    private OutputForm output = OutputForm.TABLE;
    private boolean debug;
    private ServerOptions server = new ServerOptions();
    private boolean homeGiven;
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
        this.homeGiven = true;
    }

    void server(ServerOptions options) {
        this.server = options;
    }

    /** @throws picocli.CommandLine.ParameterException where the command cannot work where it is told to */
    void checkPlace(CommandLine command) {
        server.check(command, homeGiven);
    }

    /** The address of the service that the command is to ask; null where it is to work in the home. */
    @Nullable
    String serverAddress() {
        return server.address(environment, homeGiven);
    }

    /** The service that the command is to ask; null where it is to work in the home. */
    @Nullable
    RemoteOperations remote() {
        ServiceClient client = server.client(environment, homeGiven);
        return client == null ? null : new RemoteOperations(this, client);
    }

    /** What the command looks at and changes: a service, or the home, which is locked until the operations are closed. */
    Operations operations(String command) {
        RemoteOperations remote = remote();
        return remote != null ? remote : new LocalOperations(this, OpenHome.open(this, command));
    }

    /**
     * A moment as people give it.
     *
     * @param option what gives it, for the message
     * @throws NightshiftException USAGE
     */
    @Nullable
    Instant instant(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.length() == "2001-03-05".length()
                    ? LocalDate.parse(text).atStartOfDay(clock.getZone()).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    option + " '" + text + "' is neither a date (2001-03-05) nor an instant (2001-03-05T02:30:00Z)",
                    e);
        }
    }

    /**
     * How many entries of a list are wanted.
     *
     * @throws NightshiftException USAGE
     */
    static int limit(int wanted) {
        if (wanted < 1 || wanted > MOST_LISTED) {
            throw new NightshiftException(FailureCode.USAGE, "--limit " + wanted + " is not from 1 to " + MOST_LISTED);
        }
        return wanted;
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
