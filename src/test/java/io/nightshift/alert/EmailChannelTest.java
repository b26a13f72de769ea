package io.nightshift.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.nightshift.ManualClock;
import io.nightshift.alert.AlertMessage.Group;
import io.nightshift.alert.ChannelSettings.Email;
import io.nightshift.alert.ChannelSettings.Encryption;
import io.nightshift.definition.Secret;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Mail as an SMTP server gets it, and servers that are refused. */
class EmailChannelTest {

    private static final String HOST = "127.0.0.1";

    private final ManualClock clock = new ManualClock("2026-01-10T12:00:00Z");
    private final GreenMail server = new GreenMail(new ServerSetup[] {
        new ServerSetup(0, HOST, ServerSetup.PROTOCOL_SMTP), new ServerSetup(0, HOST, ServerSetup.PROTOCOL_SMTPS)
    });

    @AfterEach
    void stop() {
        server.stop();
    }

    private EmailChannel channel(int port, Encryption encryption, @Nullable String user) {
        Email settings = new Email(
                HOST,
                port,
                encryption,
                user,
                user == null ? null : new Secret(Secret.Place.ENV, "SMTP"),
                "nightshift@example.org",
                List.of("watch@example.org", "second@example.org"),
                Duration.ofSeconds(2));
        return new EmailChannel(settings, Map.of("SMTP", "hunter2"), clock);
    }

    private AlertMessage message(String subject, String text) {
        Group group = new Group("RUN_FAILED", subject, 1, clock.instant(), clock.instant(), "run-1", text);
        return new AlertMessage(UUID.fromString("00000000-0000-4000-8000-000000000001"), List.of(group));
    }

    @Test
    void saysWhatHappenedToEveryReceiver() throws Exception {
        server.start();
        channel(server.getSmtp().getPort(), Encryption.NONE, null).send(message("flüge", "Zeile 1\nZeile 2"));

        assertThat(server.getReceivedMessages()).hasSize(2);
        MimeMessage mail = server.getReceivedMessages()[0];
        assertThat(mail.getSubject()).isEqualTo("Nightshift: RUN_FAILED flüge");
        assertThat(mail.getContent().toString().replace("\r\n", "\n"))
                .contains("RUN_FAILED flüge at 2026-01-10T12:00:00Z, run run-1: Zeile 1\nZeile 2")
                .contains("Message 00000000-0000-4000-8000-000000000001");
        assertThat(mail.getMessageID()).isEqualTo("<00000000-0000-4000-8000-000000000001@nightshift.invalid>");
        assertThat(mail.getHeader("Nightshift-Id")).containsExactly("00000000-0000-4000-8000-000000000001");
        assertThat(mail.getSentDate()).isEqualTo(java.util.Date.from(clock.instant()));
        assertThat(mail.getRecipients(RecipientType.TO)).hasSize(2);
    }

    @Test
    void nobodyAddsToTheHead() throws Exception {
        server.start();
        String evil = "x\r\nBcc: evil@example.org\r\n\r\nbody\u0000\u2028\u0085Cc: evil@example.org";
        channel(server.getSmtp().getPort(), Encryption.NONE, null).send(message(evil, evil + "\r\n.\r\nQUIT\r\n"));

        assertThat(server.getReceivedMessages()).hasSize(2);
        MimeMessage mail = server.getReceivedMessages()[0];
        assertThat(Collections.list(mail.getAllHeaderLines())).noneMatch(line -> line.matches("(?is)(bcc|cc):.*"));
        assertThat(mail.getSubject()).startsWith("Nightshift: RUN_FAILED x Bcc: evil@example.org body");
        assertThat(Arrays.asList(mail.getAllRecipients())).hasSize(2);
        assertThat(mail.getContent().toString()).contains("QUIT");
    }

    @Test
    void nothingIsSentToAServerThatCannotEncrypt() {
        server.start();
        server.setUser("nightshift", "hunter2");
        assertUndeliverable(channel(server.getSmtp().getPort(), Encryption.STARTTLS, "nightshift"), "STARTTLS");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void aServerWhoseCertificateNobodySignedIsRefused() {
        server.start();
        assertUndeliverable(channel(server.getSmtps().getPort(), Encryption.TLS, null), "certif");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void aServerThatIsNotThereOrSaysNothingIsGivenUp() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            free = socket.getLocalPort();
            assertUndeliverable(channel(free, Encryption.NONE, null), HOST + ":" + free);
        }
        assertUndeliverable(channel(free, Encryption.NONE, null), "connect");
    }

    @Test
    void aSecretThatIsNotThereIsNamed() {
        Email settings = new Email(
                HOST,
                25,
                Encryption.STARTTLS,
                "nightshift",
                new Secret(Secret.Place.ENV, "SMTP"),
                "nightshift@example.org",
                List.of("watch@example.org"),
                Duration.ofSeconds(2));
        assertUndeliverable(new EmailChannel(settings, Map.of(), clock), "SMTP with the secret is not set");
    }

    private void assertUndeliverable(EmailChannel channel, String reason) {
        assertThatThrownBy(() -> channel.send(message("flights", "text")))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.ALERT_UNDELIVERABLE))
                .hasMessageContaining(reason)
                .hasMessageNotContaining("hunter2");
    }
}
