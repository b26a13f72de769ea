package io.nightshift.cli;

import io.nightshift.Application;
import io.nightshift.access.AccessTokens;
import io.nightshift.access.AuditLog;
import io.nightshift.admin.AdminServer;
import io.nightshift.admin.EndpointSettings;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertDelivery;
import io.nightshift.alert.AlertLog;
import io.nightshift.alert.AlertSettings;
import io.nightshift.backfill.BackfillKeeper;
import io.nightshift.backfill.Backfills;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.database.ReadOnlyQuery;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseConfiguration;
import io.nightshift.jdbc.Databases;
import io.nightshift.ledger.RetentionLedger;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunSearch;
import io.nightshift.queue.NodeKeeper;
import io.nightshift.queue.Nodes;
import io.nightshift.queue.QueueLimits;
import io.nightshift.queue.QueueWorkers;
import io.nightshift.queue.RunQueue;
import io.nightshift.run.RedriveLauncher;
import io.nightshift.run.RunLauncher;
import io.nightshift.run.RunPublisher;
import io.nightshift.run.RunPurger;
import io.nightshift.schedule.FireLog;
import io.nightshift.schedule.ScheduleKeeper;
import io.nightshift.schedule.Schedules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.springframework.context.ConfigurableApplicationContext;

/** The home of a command, locked, and the service over it. For one command, which closes it. */
final class OpenHome implements AutoCloseable {

    private final Home home;
    private final ConfigurableApplicationContext context;

    private OpenHome(Home home, ConfigurableApplicationContext context) {
        this.home = home;
        this.context = context;
    }

    /** @throws NightshiftException USAGE where the environment names a server, which the command would pass over */
    static OpenHome open(Session session, String command) {
        String server = session.serverAddress();
        if (server != null) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "`nightshift " + command + "` works in a home of this machine" + ServerOptions.why(command) + ". "
                            + ServerOptions.VARIABLE + " names the server " + server
                            + "; nothing was started. Say which home with --home, or unset the variable");
        }
        return open(session, session.configuration(), session.home(), command);
    }

    /** Opens another home than the session's, with databases of its own, whose alerts go to its log. */
    static OpenHome open(Session session, DatabaseConfiguration databases, Path directory, String command) {
        return open(
                session, new Configuration(databases, QueueLimits.DEFAULT, AlertSettings.DEFAULT), directory, command);
    }

    private static OpenHome open(Session session, Configuration configuration, Path directory, String command) {
        Failpoint.requireKnown();
        Home home = configuration.databases().metadata() == null
                ? Home.open(directory, owner(command))
                : Home.shared(directory);
        try {
            Databases databases = new Databases(configuration.databases(), session.environment());
            AlertChannels channels = session.channels(configuration.alerts());
            return new OpenHome(
                    home, Application.start(home, databases, channels, configuration.queue(), session.clock()));
        } catch (RuntimeException e) {
            close(home);
            throw e;
        }
    }

    private static String owner(String command) {
        return who() + " running `nightshift " + command + "`";
    }

    /** Tells whoever finds the home locked where it is served. */
    void serving(String url) {
        home.serving(owner("serve"), url);
    }

    /** The user and process behind this command, as events name them. */
    static String who() {
        return System.getProperty("user.name") + " (process "
                + ProcessHandle.current().pid() + ")";
    }

    RunQueue queue() {
        return context.getBean(RunQueue.class);
    }

    QueueWorkers workers() {
        return context.getBean(QueueWorkers.class);
    }

    Schedules schedules() {
        return context.getBean(Schedules.class);
    }

    Backfills backfills() {
        return context.getBean(Backfills.class);
    }

    BackfillKeeper backfillKeeper() {
        return context.getBean(BackfillKeeper.class);
    }

    /** Whether this process alone holds the record of runs. */
    boolean exclusive() {
        return context.getBean(LedgerDatabases.class).exclusive();
    }

    FireLog fires() {
        return context.getBean(FireLog.class);
    }

    AlertDelivery alertDelivery() {
        return context.getBean(AlertDelivery.class);
    }

    ScheduleKeeper scheduleKeeper() {
        return context.getBean(ScheduleKeeper.class);
    }

    AlertChannels channels() {
        return context.getBean(AlertChannels.class);
    }

    AuditLog audit() {
        return context.getBean(AuditLog.class);
    }

    AccessTokens tokens() {
        return context.getBean(AccessTokens.class);
    }

    /** Starts the endpoint over what is open here, which outlives it. */
    AdminServer endpoint(EndpointSettings settings) {
        return AdminServer.start(context, settings);
    }

    NodeKeeper node() {
        return context.getBean(NodeKeeper.class);
    }

    Nodes nodes() {
        return context.getBean(Nodes.class);
    }

    RunLauncher launcher() {
        return context.getBean(RunLauncher.class);
    }

    RedriveLauncher redriver() {
        return context.getBean(RedriveLauncher.class);
    }

    RunPublisher publisher() {
        return context.getBean(RunPublisher.class);
    }

    RunPurger purger() {
        return context.getBean(RunPurger.class);
    }

    RetentionLedger retention() {
        return context.getBean(RetentionLedger.class);
    }

    RunLedger ledger() {
        return context.getBean(RunLedger.class);
    }

    RunDetails details() {
        return context.getBean(RunDetails.class);
    }

    RunSearch search() {
        return context.getBean(RunSearch.class);
    }

    AlertLog alerts() {
        return context.getBean(AlertLog.class);
    }

    ReadOnlyQuery query() {
        return context.getBean(ReadOnlyQuery.class);
    }

    /** The log file of a run. */
    Path log(RunRecord run) {
        return logs().resolve(run.id() + ".log");
    }

    /** Where log files are. */
    Path logs() {
        return home.logs();
    }

    @Override
    public void close() {
        context.close();
        close(home);
    }

    private static void close(Home home) {
        try {
            home.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
