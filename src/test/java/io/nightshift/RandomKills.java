package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Kills processes of trials at random moments until so many have died; only a process that was alive counts. One in five dies before
 * its attempt is at work, and the others at any moment of it, in the time that an attempt takes which is let alone. That time is told from how
 * long the process took to start, so that it grows with what else the machine does.
 */
final class RandomKills {

    private static final int KILLED = 137;
    private static final int ONE_IN = 5;

    private final Random random;
    private final int most;
    private final List<Duration> recoveries = new ArrayList<>();
    /** How long the last process took until its attempt was at work, and how much longer one that was let alone then worked. */
    private long startNanos;

    private double attemptByStart;
    private int early;
    private int runs;
    private int completedAlone;

    private RandomKills(Random random, int most) {
        this.random = random;
        this.most = most;
    }

    /** Lets a trial run without interruption, to see how long that takes. */
    static RandomKills measured(CrashTrial trial, Random random, int most) throws Exception {
        RandomKills kills = new RandomKills(random, most);
        NightshiftProcess process = trial.launch(List.of());
        long begun = System.nanoTime();
        trial.awaitAttempt(process, 0);
        long atWork = System.nanoTime();
        NightshiftProcess.Result result = process.await();
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        kills.startNanos = atWork - begun;
        kills.attemptByStart = (double) (System.nanoTime() - atWork) / kills.startNanos;
        return kills;
    }

    boolean areLeft() {
        return recoveries.size() < most;
    }

    /** Kills the processes of a trial while kills are left, until one completes its run or another finds it complete. */
    void during(CrashTrial trial) throws Exception {
        runs++;
        NightshiftProcess process = trial.start(List.of());
        while (process != null) {
            NightshiftProcess.Result result = killed(trial, process);
            long dead = System.nanoTime();
            if (result.exit() != KILLED) {
                assertThat(result.exit()).as(result.out() + result.err()).isZero();
                completedAlone++;
                break;
            }
            trial.settledRun();
            recoveries.add(Duration.ofNanos(System.nanoTime() - dead));
            process = areLeft() ? trial.start(List.of()) : null;
        }
        trial.runToEnd();
        System.out.println(recoveries.size() + " of " + most + " processes killed");
    }

    private NightshiftProcess.Result killed(CrashTrial trial, NightshiftProcess process) throws Exception {
        long logged = trial.logged();
        if (random.nextInt(ONE_IN) == 0) {
            NightshiftProcess.Result result = process.killAfter(millis(random.nextDouble() * startNanos));
            early += trial.logged() == logged ? 1 : 0;
            return result;
        }
        double moment = random.nextDouble();
        long begun = System.nanoTime();
        trial.awaitAttempt(process, logged);
        startNanos = System.nanoTime() - begun;
        return process.killAfter(millis(moment * attemptByStart * startNanos));
    }

    private static long millis(double nanos) {
        return TimeUnit.NANOSECONDS.toMillis((long) nanos);
    }

    @Override
    public String toString() {
        List<Duration> times = recoveries.stream().sorted().toList();
        return ("%d kills, %d before the attempt was at work; %d runs, of which %d were completed by a process that was let alone;"
                        + " recovered in %d ms (median), %d ms (longest)")
                .formatted(
                        times.size(),
                        early,
                        runs,
                        completedAlone,
                        times.get(times.size() / 2).toMillis(),
                        times.get(times.size() - 1).toMillis());
    }
}
