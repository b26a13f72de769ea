package io.nightshift;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A wire to a PostgreSQL server that fails as told: each strike waits for so many of the server's messages over all connections
 * after the strike before it. Knows of the protocol only where messages end, and which one is the answer to a commit.
 */
public final class FaultProxy implements AutoCloseable {

    /** What happens to the connection whose message it is. */
    public enum Fault {
        /** It is reset, at any message. */
        RESET,
        /** From any message on, both sides hear nothing any more, and no end. */
        SILENCE,
        /** From any message on, both sides of every connection that there is hear nothing any more: a cable is cut. Later ones are sound. */
        CUT,
        /** Any message comes late. */
        DELAY,
        /** It is reset when the server has committed, and before anybody heard so; only answers to commits count. */
        COMMIT_ANSWER_LOST
    }

    /**
     * One fault.
     *
     * @param messages of the server that pass before it, from 0
     */
    public record Strike(Fault fault, int messages) {}

    private static final Duration DELAY = Duration.ofMillis(700);
    private static final byte COMMAND_COMPLETE = 'C';
    private static final byte[] COMMIT = "COMMIT\0".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket front;
    private final int serverPort;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Deque<Strike> strikes = new ArrayDeque<>();
    private final List<Wire> wires = new CopyOnWriteArrayList<>();
    private volatile long struck;
    private int passed;
    private int messages;
    private int commits;

    /** @param url of a database on a server of this machine */
    public FaultProxy(String url) {
        this.serverPort = Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1"));
        try {
            this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.submit(this::accept);
    }

    /** The URL of the same database by way of this. */
    public String url(String url) {
        return url.replace("localhost:" + serverPort, "localhost:" + front.getLocalPort()) + "?sslmode=disable";
    }

    /** From now on these happen, in order, and none of those told before. */
    public synchronized void strike(List<Strike> next) {
        strikes.clear();
        strikes.addAll(next);
        passed = 0;
        messages = 0;
        commits = 0;
    }

    /** Of the server since strikes were last told. */
    public synchronized int messages() {
        return messages;
    }

    /** Of these, those that answer a commit. */
    public synchronized int commits() {
        return commits;
    }

    /** How many strikes are still to happen. */
    public synchronized int left() {
        return strikes.size();
    }

    /** When the last strike that happened did, by {@link System#nanoTime}. */
    public long struck() {
        return struck;
    }

    private synchronized @Nullable Fault faultOf(boolean commit) {
        messages++;
        commits += commit ? 1 : 0;
        Strike next = strikes.peek();
        if (next == null || (next.fault() == Fault.COMMIT_ANSWER_LOST && !commit)) {
            return null;
        }
        if (passed++ < next.messages()) {
            return null;
        }
        strikes.remove();
        struck = System.nanoTime();
        passed = 0;
        return next.fault();
    }

    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket client = front.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Wire wire = new Wire(client, server);
                wires.add(wire);
                wire.start();
            } catch (IOException e) {
                // The test is over, or the server gone.
            }
        }
    }

    /** One connection. */
    private final class Wire {

        private final Socket client;
        private final Socket server;
        private volatile boolean silent;

        Wire(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void start() {
            threads.submit(this::asked);
            threads.submit(this::answered);
        }

        private void asked() {
            try (InputStream in = client.getInputStream();
                    OutputStream out = server.getOutputStream()) {
                byte[] some = new byte[65_536];
                int length = in.read(some);
                while (length >= 0) {
                    if (!silent) {
                        out.write(some, 0, length);
                    }
                    length = in.read(some);
                }
            } catch (IOException e) {
                reset();
            }
        }

        private void answered() {
            try (DataInputStream in = new DataInputStream(server.getInputStream());
                    OutputStream out = client.getOutputStream()) {
                while (true) {
                    byte type = in.readByte();
                    int length = in.readInt();
                    byte[] body = in.readNBytes(length - Integer.BYTES);
                    if (silent) {
                        continue;
                    }
                    Fault fault = faultOf(type == COMMAND_COMPLETE && java.util.Arrays.equals(body, COMMIT));
                    if (fault == Fault.RESET || fault == Fault.COMMIT_ANSWER_LOST) {
                        reset();
                        return;
                    }
                    if (fault == Fault.SILENCE) {
                        silent = true;
                        continue;
                    }
                    if (fault == Fault.CUT) {
                        wires.forEach(wire -> wire.silent = true);
                        continue;
                    }
                    if (fault == Fault.DELAY) {
                        LockSupport.parkNanos(DELAY.toNanos());
                    }
                    out.write(java.nio.ByteBuffer.allocate(1 + length)
                            .put(type)
                            .putInt(length)
                            .put(body)
                            .array());
                }
            } catch (IOException e) {
                reset();
            }
        }

        /** Without a farewell to either side. */
        private void reset() {
            for (Socket side : List.of(client, server)) {
                try (side) {
                    side.setSoLinger(true, 0);
                } catch (IOException e) {
                    // Closed already.
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
        threads.shutdownNow();
        try {
            threads.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
