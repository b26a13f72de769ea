package io.nightshift.run;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.nightshift.database.Home;
import io.nightshift.ledger.Artefact;
import io.nightshift.ledger.RunRecord;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** The log file of a run: everything logged while one of its attempts works, attempt after attempt. */
final class RunLog implements AutoCloseable {

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{20} - %msg%n";

    private final ch.qos.logback.classic.Logger root;
    private final FileAppender<ILoggingEvent> appender;

    private RunLog(ch.qos.logback.classic.Logger root, FileAppender<ILoggingEvent> appender) {
        this.root = root;
        this.appender = appender;
    }

    static Path file(Home home, RunRecord run) {
        return home.logs().resolve(run.id() + ".log");
    }

    static Artefact artefact(Home home, RunRecord run) {
        return new Artefact("log", "log", file(home, run).toAbsolutePath().toString(), null, null);
    }

    static RunLog open(Home home, RunRecord run) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        String file = file(home, run).toString();
        appender.setName(file);
        appender.setFile(file);
        appender.setEncoder(encoder);
        appender.addFilter(new OthersRuns(run));
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Appender<ILoggingEvent> former = root.getAppender(file);
        if (former != null) {
            // A restart may come while the attempt before it lets go: what both say is to be there once.
            root.detachAppender(former);
            former.stop();
        }
        appender.start();
        root.addAppender(appender);
        return new RunLog(root, appender);
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        appender.stop();
    }

    /** Leaves out what is said of other runs, which the process may work on at the same time. */
    private static final class OthersRuns extends Filter<ILoggingEvent> {

        private static final Pattern RUN = Pattern.compile("\\brun=([0-9a-f-]{36})");

        private final String run;

        private OthersRuns(RunRecord run) {
            this.run = run.id().toString();
        }

        @Override
        public FilterReply decide(ILoggingEvent event) {
            Matcher named = RUN.matcher(event.getFormattedMessage());
            return named.find() && !named.group(1).equals(run) ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    }
}
