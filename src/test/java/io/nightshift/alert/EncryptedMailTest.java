package io.nightshift.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.nightshift.Keytool;
import io.nightshift.ManualClock;
import io.nightshift.NightshiftProcess;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.SchemaHistory;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail to a server that encrypts by STARTTLS, as the configuration file names it. */
class EncryptedMailTest {

    private static final String PASSWORD = "hunter2";

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock("2026-01-10T12:00:00Z");

    private Path key(String names) throws Exception {
        Path store = folder.resolve("key.p12");
        Keytool.run(store, "-genkeypair", "-alias", "mail", "-keyalg", "EC", "-dname", "CN=mail", "-ext", names);
        return store;
    }

    private Path configuration(EncryptingMailServer server) throws Exception {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        return Files.writeString(
                folder.resolve("nightshift.yaml"), """
                alerts:
                  channels:
                    night-watch:
                      email:
                        host: %s
                        port: %d
                        user: nightshift
                        password: {file: %s}
                        from: nightshift@example.org
                        to: [watch@example.org]
                """.formatted(EncryptingMailServer.HOST, server.port(), password));
    }

    /** {@code nightshift alerts test}, with a trust store that has the server's certificate only. */
    private NightshiftProcess.Result tested(EncryptingMailServer server, Path key) throws Exception {
        char[] password = Keytool.PASSWORD.toCharArray();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, password);
        trusted.setCertificateEntry(
                "mail", KeyStore.getInstance(key.toFile(), password).getCertificate("mail"));
        Path store = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(store)) {
            trusted.store(out, password);
        }
        return NightshiftProcess.start(
                        folder.resolve("home"),
                        List.of(
                                "-Djavax.net.ssl.trustStore=" + store,
                                "-Djavax.net.ssl.trustStorePassword=" + Keytool.PASSWORD),
                        "--config",
                        configuration(server).toString(),
                        "alerts",
                        "test",
                        "night-watch")
                .await();
    }

    @Test
    void mailGoesEncryptedToAServerThatIsTrusted() throws Exception {
        Path key = key("san=ip:127.0.0.1");
        try (EncryptingMailServer server = new EncryptingMailServer(key)) {
            NightshiftProcess.Result taken = tested(server, key);

            assertThat(taken.exit()).as(taken.err()).isZero();
            assertThat(server.plain())
                    .satisfiesExactly(
                            greeting -> assertThat(greeting).startsWith("EHLO "),
                            upgrade -> assertThat(upgrade).isEqualTo("STARTTLS"));
            assertThat(server.encrypted())
                    .anySatisfy(line -> assertThat(credentials(line)).endsWith("\0nightshift\0" + PASSWORD))
                    .contains("RCPT TO:<watch@example.org>", "Subject: Nightshift: TEST night-watch", ".");
        }
    }

    private static String credentials(String line) {
        assertThat(line).startsWith("AUTH PLAIN ");
        byte[] text = Base64.getDecoder().decode(line.substring("AUTH PLAIN ".length()));
        return new String(text, StandardCharsets.UTF_8);
    }

    @Test
    void aServerThatIsAnotherThanTheOneNamedGetsNothing() throws Exception {
        Path key = key("san=dns:mail.example.org");
        try (EncryptingMailServer server = new EncryptingMailServer(key)) {
            NightshiftProcess.Result refused = tested(server, key);

            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains("ALERT_UNDELIVERABLE", "127.0.0.1:" + server.port(), "No subject");
            assertThat(server.encrypted()).isEmpty();
            assertThat(server.plain()).hasSize(2);
        }
    }

    @Test
    void anAlertWaitsWhileTheServerIsNotTrusted() throws Exception {
        try (EncryptingMailServer server = new EncryptingMailServer(key("san=ip:127.0.0.1"));
                HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
            SchemaHistory.H2.of(pool).migrate();
            LedgerDatabase metadata = LedgerDatabase.of("embedded", pool);
            AlertSettings settings = Configuration.load(configuration(server)).alerts();
            new Alerts(metadata, settings, clock)
                    .raise(new Alert("k", AlertKind.RUN_FAILED, "flights", "run-1", "text", clock.instant()));
            AlertChannels channels = new AlertChannels(settings, Map.of(), clock);
            new AlertDelivery(metadata, channels, clock, () -> new SplittableRandom(1)).deliverDue();

            assertThat(new AlertLog(metadata).list(null, 10))
                    .filteredOn(entry -> entry.channel().equals("night-watch"))
                    .singleElement()
                    .satisfies(entry -> {
                        assertThat(entry.state()).isEqualTo(AlertState.PENDING);
                        assertThat(entry.attempts()).isEqualTo(1);
                        assertThat(entry.dueAt()).isAfter(clock.instant());
                        assertThat(entry.reason())
                                .contains("127.0.0.1:" + server.port(), "unable to find valid certification path")
                                .endsWith(
                                        "(nothing was sent: the certificate must be for this host, and from an authority"
                                                + " in the trust store of Java)");
                    });
            assertThat(server.encrypted()).isEmpty();
            assertThat(server.plain()).hasSize(2);
        }
    }
}
