package io.nightshift.cli;

import java.io.ObjectInputFilter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/**
 * The process's start: reads the command line, runs one command and exits with an {@link ExitCode}. Commands that need no
 * home touch neither Spring nor a database, so that they answer at once.
 */
@Command(
        name = "nightshift",
        description =
                "Batch inference on the JVM: scores large tables and files with a model, and publishes all or nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = Nightshift.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:completed",
            "1:failed",
            "2:wrong use or invalid definition",
            "3:refused by a quality limit",
            "4:stopped",
            "5:already running"
        },
        footer = "%n`nightshift COMMAND --help` says more about a command.")
public final class Nightshift {

    /** Spring Batch keeps small maps of plain values by Java serialisation; nothing else is ever read that way. */
    private static final String SERIAL_FILTER =
            "maxdepth=10;maxrefs=10000;maxbytes=1048576;java.lang.*;java.util.*;java.util.concurrent.*;java.time.*;"
                    + "java.math.*;!*";

    private final Session session;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    private Nightshift(Session session) {
        this.session = session;
        session.server(server);
    }

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "Where runs, results and logs are kept. Default: $" + Session.HOME_VARIABLE + ", or .nightshift.")
    void home(Path directory) {
        session.home(directory);
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The file that names databases and channels of alerts. Default: $"
                    + Session.CONFIGURATION_VARIABLE + ", or nightshift.yaml where there is one.")
    void configuration(Path file) {
        session.configuration(file);
    }

    @Option(
            names = "--output",
            paramLabel = "FORM",
            scope = ScopeType.INHERIT,
            description = "table (default) for people, json for programs.")
    void output(Session.OutputForm form) {
        session.output(form);
    }

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print the log and the stack trace of a failure on the error stream.")
    void debug(boolean debug) {
        session.debug(debug);
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        if (ObjectInputFilter.Config.getSerialFilter() == null) {
            ObjectInputFilter.Config.setSerialFilter(ObjectInputFilter.Config.createFilter(SERIAL_FILTER));
        }
        // The engine libraries are on the class path: nothing may be fetched while a job runs.
        System.setProperty("ai.djl.offline", System.getProperty("ai.djl.offline", "true"));
        System.setProperty(
                "ai.djl.onnx.disable_alternative", System.getProperty("ai.djl.onnx.disable_alternative", "true"));
        EndSignals.exit(execute(Terminal.ofProcess(), Clock.systemDefaultZone(), System.getenv(), args));
    }

    /** Runs one command in this process and returns its exit code. */
    static int execute(Terminal terminal, Clock clock, Map<String, String> environment, String... args) {
        Session session = new Session(terminal, clock, environment);
        int exitCode = commandLine(session).execute(args);
        session.ended(exitCode);
        return exitCode;
    }

    private static CommandLine commandLine(Session session) {
        CommandLine line = new CommandLine(new Nightshift(session));
        line.addSubcommand(new RunCommand(session));
        line.addSubcommand(new ServeCommand(session));
        line.addSubcommand(new ValidateCommand(session));
        line.addSubcommand(new RunsCommand(session));
        line.addSubcommand(new SchedulesCommand(session).line());
        line.addSubcommand(new PauseCommand(session));
        line.addSubcommand(new ResumeCommand(session));
        line.addSubcommand(new FireCommand(session));
        line.addSubcommand(new FiresCommand(session));
        line.addSubcommand(new QueueCommand(session));
        line.addSubcommand(new NodesCommand(session));
        line.addSubcommand(new StopCommand(session));
        line.addSubcommand(new BackfillCommand(session));
        line.addSubcommand(new BackfillsCommand(session));
        line.addSubcommand(new RestartCommand(session));
        line.addSubcommand(new RedriveCommand(session));
        line.addSubcommand(new PublishCommand(session));
        line.addSubcommand(new PinCommand(session));
        line.addSubcommand(new PurgeCommand(session));
        line.addSubcommand(new TokenCommand(session));
        line.addSubcommand(new AuditCommand(session));
        line.addSubcommand(new QueryCommand(session));
        line.addSubcommand(new AlertsCommand(session));
        line.addSubcommand(new BenchCommand(session));
        line.addSubcommand(new CommandLine(new AutoComplete.GenerateCompletion()));
        FailureReport failures = new FailureReport(session.terminal());
        line.setOut(writer(session.terminal().out()))
                .setErr(writer(session.terminal().err()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .registerConverter(LocalDateTime.class, Nightshift::dateTime)
                .setExecutionStrategy(parsed -> execute(session, parsed))
                .setExecutionExceptionHandler((thrown, command, parsed) ->
                        failures.report(thrown, session.json(), session.debug()).number())
                .setParameterExceptionHandler((thrown, args) -> failures.report(
                                UsageFailure.of(thrown), session.json() || asksForJson(args), session.debug())
                        .number());
        return line;
    }

    private static int execute(Session session, ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (!last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
            session.checkPlace(last.commandSpec().commandLine());
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static LocalDateTime dateTime(String text) {
        try {
            return LocalDateTime.parse(text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is no date and time such as 2001-03-05T00:00");
        }
    }

    /** A command line that does not parse may still have said how it wants to be answered. */
    private static boolean asksForJson(String[] args) {
        String joined = String.join(" ", Arrays.asList(args)).toLowerCase(Locale.ROOT);
        return joined.matches(".*--output[= ]json\\b.*");
    }

    private static PrintWriter writer(java.io.PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /** The version from the jar's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {
                "nightshift " + number(),
                "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")"
            };
        }

        private static String number() {
            @Nullable String version = Nightshift.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }
    }
}
