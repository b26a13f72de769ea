package io.nightshift.cli;

import io.nightshift.admin.AdminServer;
import io.nightshift.admin.EndpointSettings;
import io.nightshift.job.JobFiles;
import io.nightshift.schedule.ScheduleFiles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves until the process is told to end. */
@Command(
        name = "serve",
        description =
                "Serve: work on the runs that wait, fire schedules and answer at an endpoint, until the process is"
                        + " told to end.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final int LAST_PORT = 65_535;

    private final Session session;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where the endpoint listens; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port = 8080;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "Who can reach it: 127.0.0.1 (default) is this machine alone, 0.0.0.0 every network.")
    private String address = EndpointSettings.LOOPBACK;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "A name by which clients call this machine, beside localhost and numeric addresses.")
    private Set<String> hosts = new LinkedHashSet<>();

    @Option(names = "--tls-certificate", paramLabel = "FILE", description = "PEM certificate, for HTTPS.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM key of the certificate.")
    private @Nullable Path key;

    ServeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        EndpointSettings settings = settings();
        // Before the home is opened: what is wrong with a file must not cost a half-started service.
        ScheduleFiles.load(ScheduleFiles.FOLDER);
        CountDownLatch told = new CountDownLatch(1);
        EndSignals signals = new EndSignals(() -> stopAndWait(told));
        try (signals;
                // Closed last: what ends the service has things to say, too.
                ServiceLog log = new ServiceLog(session.terminal());
                OpenHome home = OpenHome.open(session, "serve")) {
            log.writeTo(home.logs());
            serve(settings, signals, home, told);
        }
        return ExitCode.COMPLETED.number();
    }

    private void serve(EndpointSettings settings, EndSignals signals, OpenHome home, CountDownLatch told)
            throws InterruptedException {
        try (AdminServer endpoint = home.endpoint(settings)) {
            signals.heed();
            endpoint.firstToken().ifPresent(first -> session.terminal()
                    .print("the operator's first token, shown this once: " + first.secret()));
            home.serving(reachable(endpoint));
            home.node().start(endpoint.url());
            home.workers().start();
            home.scheduleKeeper().start();
            home.backfillKeeper().start();
            home.alertDelivery().start();
            announce(settings, endpoint);
            told.await();
            session.terminal().print("ending: runs in hand stop after their chunk and wait for the next process");
        }
    }

    private EndpointSettings settings() {
        if (port < 0 || port > LAST_PORT) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--port " + port + " is no port; they are 0 to " + LAST_PORT + ". Nothing was started");
        }
        if ((certificate == null) != (key == null)) {
            throw new ParameterException(
                    spec.commandLine(), "--tls-certificate and --tls-key belong together; nothing was started");
        }
        Set<String> names =
                hosts.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        return new EndpointSettings(
                port,
                address,
                names,
                JobFiles.FOLDER,
                certificate == null || key == null ? null : new EndpointSettings.Tls(certificate, key));
    }

    /** How this machine reaches the endpoint, wherever else it listens. */
    private String reachable(AdminServer endpoint) {
        try {
            return InetAddress.getByName(address).isAnyLocalAddress()
                    ? (certificate == null ? "http://" : "https://") + EndpointSettings.LOOPBACK + ":" + endpoint.port()
                    : endpoint.url();
        } catch (UnknownHostException e) {
            return endpoint.url();
        }
    }

    private void announce(EndpointSettings settings, AdminServer endpoint) {
        Terminal terminal = session.terminal();
        if (settings.tls() == null && !isLoopback()) {
            terminal.warn("tokens and data cross the network readable: the endpoint listens on " + address
                    + " without TLS. Give --tls-certificate and --tls-key, or put a proxy with TLS before it");
        }
        terminal.print("serving at " + endpoint.url() + "; Ctrl-C or SIGTERM ends it after the chunks in hand");
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private void stopAndWait(CountDownLatch told) {
        told.countDown();
        Runtime.getRuntime().halt(session.awaitEnd());
    }
}
