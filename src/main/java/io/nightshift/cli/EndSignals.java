package io.nightshift.cli;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C, SIGTERM and SIGHUP as a request to end, from {@link #heed} on until it is closed; before and after they end the process at
 * once. In a shutdown hook it would come too late: the hooks of libraries run at the same time, and take away what the chunk in hand
 * still needs, such as the environment of ONNX Runtime. Whoever is told, in a thread of its own, ends the process when all is done. A
 * signal that the process was started to ignore stays ignored.
 */
final class EndSignals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndSignals.class);
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    /** What holds for the process; guarded by itself. */
    private static final Set<EndSignals> HEEDED = new LinkedHashSet<>();

    private static final Map<Signal, SignalHandler> BEFORE = new LinkedHashMap<>();

    private final Runnable told;
    private volatile boolean arrived;

    /** @param told asks for the end, waits for it and ends the process; called once for each signal */
    EndSignals(Runnable told) {
        this.told = told;
    }

    /** To be called once. */
    void heed() {
        synchronized (HEEDED) {
            if (HEEDED.isEmpty()) {
                NAMES.forEach(EndSignals::install);
            }
            HEEDED.add(this);
        }
    }

    private static void install(String name) {
        try {
            Signal signal = new Signal(name);
            BEFORE.put(signal, Signal.handle(signal, EndSignals::arrived));
        } catch (IllegalArgumentException e) {
            // Another platform has no such signal, and with -Xrs the JVM leaves all to the system.
            LOG.info("SIG{} is left to the system: {}", name, e.getMessage());
        }
    }

    private static void arrived(Signal signal) {
        List<EndSignals> all;
        synchronized (HEEDED) {
            all = List.copyOf(HEEDED);
        }
        all.forEach(each -> each.arrived = true);
        all.forEach(each -> each.told.run());
    }

    /** Does nothing once a signal has come: another must not cut off the end that the first one asked for. */
    @Override
    public void close() {
        synchronized (HEEDED) {
            if (!arrived && HEEDED.remove(this) && HEEDED.isEmpty()) {
                BEFORE.forEach(Signal::handle);
                BEFORE.clear();
            }
        }
    }
}
