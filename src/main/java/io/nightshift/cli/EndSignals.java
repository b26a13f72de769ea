package io.nightshift.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Turns what tells a process to end (SIGTERM, Ctrl-C, SIGHUP) into a request that its command heeds, and ends the process once the command
 * has ended. The virtual machine's own answer to a signal starts all shutdown hooks at once, and they have no order: ONNX Runtime's
 * releases its environment, in which a worker that opens its model then crashes the process, and Hadoop's closes its file systems
 * under workers that finish their chunk. A signal that the process was started to ignore, as {@code nohup} does, stays ignored. Closing
 * gives the signals back.
 */
final class EndSignals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndSignals.class);

    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();

    private EndSignals() {}

    /**
     * Listens from here on.
     *
     * @param request asks the command to end; called once, by a thread of its own
     */
    static EndSignals to(Session session, Runnable request) {
        EndSignals signals = new EndSignals();
        SignalHandler handler = signal -> {
            if (TOLD.compareAndSet(false, true)) {
                new Thread(() -> endWith(session, request), "nightshift-stop").start();
            }
        };
        for (String name : NAMES) {
            try {
                Signal signal = new Signal(name);
                signals.before.put(signal, Signal.handle(signal, handler));
            } catch (IllegalArgumentException notOurs) {
                LOG.info("the signal {} ends this process at once: {}", name, notOurs.getMessage());
            }
        }
        return signals;
    }

    private static void endWith(Session session, Runnable request) {
        request.run();
        Runtime.getRuntime().halt(session.awaitEnd());
    }

    /** Ends the process, without shutdown hooks where a signal told it to: a worker may still be in an engine. */
    static void exit(int code) {
        if (TOLD.get()) {
            Runtime.getRuntime().halt(code);
        }
        System.exit(code);
    }

    @Override
    public void close() {
        if (!TOLD.get()) {
            before.forEach(Signal::handle);
        }
    }
}
