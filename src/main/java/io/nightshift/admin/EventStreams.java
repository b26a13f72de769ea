package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How many event streams are open, and the end of all of them. Each holds a thread of the web server. Thread-safe. */
final class EventStreams implements AutoCloseable {

    static final int MOST = 64;

    private final Semaphore free = new Semaphore(MOST);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @throws NightshiftException TOO_MANY_REQUESTS where no more may be opened */
    void enter() {
        if (!free.tryAcquire()) {
            throw new NightshiftException(
                    FailureCode.TOO_MANY_REQUESTS,
                    MOST
                            + " streams of events are open, which is the most; this one was not opened. Ask for the run itself,"
                            + " or try again when another has ended");
        }
    }

    void leave() {
        free.release();
    }

    /** Waits a little for news. Returns false where the streams are to end. */
    boolean await(long millis) throws InterruptedException {
        return !closed.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
