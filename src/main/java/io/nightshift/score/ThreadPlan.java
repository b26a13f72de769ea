package io.nightshift.score;

/**
 * How a run's cores are shared out: {@code workers * intraOpThreads} never exceeds them. Engines get one thread per worker,
 * which is faster than fewer workers with more threads each.
 *
 * @param requested workers the user asked for, 0 for as many as there are cores
 * @param cores processors of the machine
 * @param workers threads that read, score and write
 * @param intraOpThreads threads the engine may use for one worker's batch
 */
public record ThreadPlan(int requested, int cores, int workers, int intraOpThreads) {

    public ThreadPlan {
        if (workers < 1 || intraOpThreads < 1 || (long) workers * intraOpThreads > cores) {
            throw new IllegalArgumentException(
                    workers + " workers of " + intraOpThreads + " threads on " + cores + " cores");
        }
    }

    /** As many workers as asked for, but no more than there are cores. */
    public static ThreadPlan of(int requested, int cores) {
        int workers = requested <= 0 ? cores : Math.min(requested, cores);
        return new ThreadPlan(requested, cores, workers, 1);
    }

    /** The same with no more workers than that. */
    public ThreadPlan atMost(int most) {
        return most >= workers ? this : new ThreadPlan(requested, cores, most, intraOpThreads);
    }

    /** Whether the machine has fewer cores than the user asked workers for. */
    public boolean reduced() {
        return requested > workers;
    }

    @Override
    public String toString() {
        return workers + (workers == 1 ? " worker" : " workers") + " of " + intraOpThreads
                + (intraOpThreads == 1 ? " engine thread" : " engine threads") + " on " + cores + " cores"
                + (reduced() ? " (" + requested + " workers asked for)" : "");
    }
}
