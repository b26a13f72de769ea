package io.nightshift.alert;

import io.nightshift.Keytool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** An SMTP server on this host that takes mail only over STARTTLS, and keeps each line that it was told and how it came. */
final class EncryptingMailServer implements AutoCloseable {

    static final String HOST = "127.0.0.1";

    private final ServerSocket server;
    private final SSLSocketFactory encryption;
    private final List<String> plain = new CopyOnWriteArrayList<>();
    private final List<String> encrypted = new CopyOnWriteArrayList<>();

    /** @param store with the server's key and certificate */
    EncryptingMailServer(Path store) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            char[] password = Keytool.PASSWORD.toCharArray();
            keys.init(KeyStore.getInstance(store.toFile(), password), password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            encryption = context.getSocketFactory();
            server = new ServerSocket(0, 10, InetAddress.getByName(HOST));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::accept, "mail-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** What it was told for everybody on the way to read. */
    List<String> plain() {
        return List.copyOf(plain);
    }

    /** What it was told under encryption. */
    List<String> encrypted() {
        return List.copyOf(encrypted);
    }

    private void accept() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                say(socket, "220 ready");
                if (talk(socket, plain)) {
                    talk(encryption.createSocket(socket, HOST, port(), true), encrypted);
                }
            } catch (IOException e) {
                // The client left, as one does that does not trust this server; the next may stay.
            }
        }
    }

    /** Whether the client asks to go on under encryption. */
    private boolean talk(Socket socket, List<String> told) throws IOException {
        if (socket instanceof SSLSocket secured) {
            secured.setUseClientMode(false);
            secured.startHandshake();
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        String line = next(in, told);
        while (line != null && !line.equals("QUIT")) {
            String command = line.toUpperCase(Locale.ROOT);
            if (command.equals("STARTTLS")) {
                say(socket, "220 go on");
                return true;
            }
            if (command.startsWith("EHLO")) {
                say(socket, told == plain ? "250-here\r\n250 STARTTLS" : "250-here\r\n250 AUTH PLAIN");
            } else if (told == plain) {
                say(socket, "530 only after STARTTLS");
            } else if (command.startsWith("AUTH")) {
                say(socket, "235 known");
            } else if (command.equals("DATA")) {
                say(socket, "354 go on");
                while (line != null && !line.equals(".")) {
                    line = next(in, told);
                }
                say(socket, "250 taken");
            } else {
                say(socket, "250 well");
            }
            line = next(in, told);
        }
        return false;
    }

    private static @Nullable String next(BufferedReader in, List<String> told) throws IOException {
        String line = in.readLine();
        if (line != null) {
            told.add(line);
        }
        return line;
    }

    private static void say(Socket socket, String answer) throws IOException {
        socket.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
