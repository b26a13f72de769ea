package io.nightshift.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** Serves until the process is told to end. */
@Command(
        name = "serve",
        description = "Serve: work on the runs that wait, until the process is told to end.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private final Session session;

    ServeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Thread stop = new Thread(() -> stopAndWait(told), "nightshift-stop");
        try (OpenHome home = OpenHome.open(session, "serve")) {
            Runtime.getRuntime().addShutdownHook(stop);
            home.node().start("none");
            home.workers().start();
            home.scheduleKeeper().start();
            home.backfillKeeper().start();
            home.alertDelivery().start();
            session.terminal().print("serving; Ctrl-C or SIGTERM ends it after the chunks in hand");
            told.await();
            session.terminal().print("ending: runs in hand stop after their chunk and wait for the next process");
        }
        return ExitCode.COMPLETED.number();
    }

    private void stopAndWait(CountDownLatch told) {
        told.countDown();
        Runtime.getRuntime().halt(session.awaitEnd());
    }
}
