package io.nightshift.score;

/**
 * How a run's cores are shared out: {@code scorers * intraOpThreads} never exceeds them. Engines get one thread per batch,
 * which is faster than fewer batches with more threads each. There may be more workers than scorers, where a worker also waits for a
 * server.
 *
 * @param scorers batches that are scored at once
 * @param workers threads that read, score and write, at least {@code scorers}
 * @param intraOpThreads threads the engine may use for one batch
 */
public record ThreadPlan(int scorers, int workers, int intraOpThreads) {

    /** While one worker's rows are on their way from or to a server, another has its core. */
    private static final int WORKERS_FOR_A_SCORER = 2;

    public ThreadPlan {
        if (scorers < 1 || workers < scorers || intraOpThreads < 1) {
            throw new IllegalArgumentException(
                    workers + " workers, " + scorers + " scorers of " + intraOpThreads + " threads");
        }
    }

    /** @param requested scorers the user asked for, of which there are no more than cores; 0 for as many as there are cores */
    public static ThreadPlan of(int requested, int cores) {
        int scorers = requested <= 0 ? cores : Math.min(requested, cores);
        return new ThreadPlan(scorers, scorers, 1);
    }

    /** With more workers, for rows that come from a server or go to one. */
    public ThreadPlan besideServer() {
        return new ThreadPlan(scorers, scorers * WORKERS_FOR_A_SCORER, intraOpThreads);
    }

    /** The same with no more workers than that. */
    public ThreadPlan atMost(int most) {
        return most >= workers ? this : new ThreadPlan(Math.min(scorers, most), most, intraOpThreads);
    }
}
