package io.nightshift.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.RolloverFailure;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The log of a process that serves: warnings and errors go to the error stream from the beginning, and everything to a file from when its
 * folder is known. The file is bounded: a full one makes room for a new one, and only the newest are kept. Until it is closed.
 */
final class ServiceLog implements AutoCloseable {

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{20} - %msg";
    private static final String NAME = "serve";
    private static final long LARGEST_FILE = 10L << 20;
    private static final int OLDER_FILES = 4;

    /** Far more processes than share a home. */
    private static final int MOST_PROCESSES = 1000;

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
    private final long largestFile;
    private @Nullable FileChannel lock;

    ServiceLog(Terminal terminal) {
        this(terminal, LARGEST_FILE);
    }

    /** @param largestFile the bytes of a file that is full */
    ServiceLog(Terminal terminal, long largestFile) {
        this.largestFile = largestFile;
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        // Traces are for the file.
        layout.setPattern(PATTERN + "%nopex");
        layout.start();
        attach(new ErrorStream(layout, terminal), NAME);
    }

    /**
     * Begins the file {@code serve.log}; {@code serve-2.log} where another process that shares the folder writes that one, and so on.
     *
     * @throws NightshiftException HOME_UNUSABLE where it cannot be written
     */
    Path writeTo(Path folder) {
        try {
            Files.createDirectories(folder);
            for (int number = 1; number <= MOST_PROCESSES; number++) {
                String name = number == 1 ? NAME : NAME + "-" + number;
                FileChannel channel = FileChannel.open(
                        folder.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (isFree(channel)) {
                    lock = channel;
                    return begin(folder, name);
                }
                channel.close();
            }
            throw new IOException("all names are taken by other processes");
        } catch (IOException e) {
            throw unusable(folder, e.getMessage(), e);
        }
    }

    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException held) {
            return false;
        }
    }

    private Path begin(Path folder, String name) {
        Path file = folder.resolve(name + ".log");
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(file.toString());
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN + "%n");
        encoder.start();
        NumberedFiles older = new NumberedFiles(folder, name);
        older.setParent(appender);
        older.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(largestFile));
        // It would look once in a minute, in which a service in trouble may write gigabytes.
        size.setCheckIncrement(Duration.buildByMilliseconds(0));
        size.start();
        appender.setEncoder(encoder);
        appender.setRollingPolicy(older);
        appender.setTriggeringPolicy(size);
        attach(appender, file.toString());
        if (!appender.isStarted()) {
            throw unusable(folder, file + " cannot be written", null);
        }
        return file;
    }

    private void attach(Appender<ILoggingEvent> appender, String name) {
        appender.setContext(context);
        appender.setName(name);
        appender.start();
        root.addAppender(appender);
        appenders.add(appender);
    }

    private static NightshiftException unusable(Path folder, @Nullable String why, @Nullable Throwable cause) {
        return new NightshiftException(
                FailureCode.HOME_UNUSABLE,
                "the log of the service cannot be written in " + folder + ": " + why
                        + "; nothing was started. Let this user write there, or name another home with --home",
                cause);
    }

    @Override
    public void close() {
        for (Appender<ILoggingEvent> appender : appenders) {
            root.detachAppender(appender);
            appender.stop();
        }
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The newest full files, the newest of them under 1. Logback's own policies take the folder's name for a part of their pattern, which
     * a percent sign in it breaks.
     */
    private static final class NumberedFiles extends RollingPolicyBase {

        private final Path folder;
        private final String name;

        private NumberedFiles(Path folder, String name) {
            this.folder = folder;
            this.name = name;
        }

        @Override
        public String getActiveFileName() {
            return getParentsRawFileProperty();
        }

        @Override
        public void rollover() {
            Path full = folder.resolve(name + ".full.log");
            try {
                // First, since the older files must not be shifted out for one that cannot be moved.
                move(Path.of(getActiveFileName()), full);
                for (int number = OLDER_FILES - 1; number >= 1; number--) {
                    if (Files.exists(older(number))) {
                        move(older(number), older(number + 1));
                    }
                }
                move(full, older(1));
            } catch (IOException e) {
                throw new RolloverFailure("the log goes on in the full file", e);
            }
        }

        private Path older(int number) {
            return folder.resolve(name + "." + number + ".log");
        }

        private static void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** What whoever started the process sees, or what collects its streams. */
    private static final class ErrorStream extends AppenderBase<ILoggingEvent> {

        private final PatternLayout layout;
        private final Terminal terminal;

        private ErrorStream(PatternLayout layout, Terminal terminal) {
            this.layout = layout;
            this.terminal = terminal;
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
                terminal.warn(layout.doLayout(event));
            }
        }
    }
}
