package io.nightshift.alert;

import io.nightshift.alert.ChannelSettings.Email;
import io.nightshift.alert.ChannelSettings.Encryption;
import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Sends messages as mail. The settings have plain addresses only, and a subject has no line ends: nobody can add to the head. */
final class EmailChannel implements AlertChannel {

    private static final int LONGEST_SUBJECT = 150;
    private static final int LONGEST_REASON = 300;

    private static final String UNTRUSTED = " (nothing was sent: the certificate must be for this host, and from an"
            + " authority in the trust store of Java)";

    private final Email settings;
    private final Map<String, String> environment;
    private final Clock clock;
    private final Session session;

    /** @param environment where the password may be kept */
    EmailChannel(Email settings, Map<String, String> environment, Clock clock) {
        this.settings = settings;
        this.environment = environment;
        this.clock = clock;
        this.session = Session.getInstance(properties(settings));
    }

    private static Properties properties(Email settings) {
        String timeout = String.valueOf(settings.timeout().toMillis());
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.connectiontimeout", timeout);
        properties.setProperty("mail.smtp.timeout", timeout);
        properties.setProperty("mail.smtp.writetimeout", timeout);
        properties.setProperty("mail.smtp.auth", String.valueOf(settings.password() != null));
        properties.setProperty("mail.smtp.ssl.enable", String.valueOf(settings.encryption() == Encryption.TLS));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        boolean upgrade = settings.encryption() == Encryption.STARTTLS;
        properties.setProperty("mail.smtp.starttls.enable", String.valueOf(upgrade));
        properties.setProperty("mail.smtp.starttls.required", String.valueOf(upgrade));
        // The mail is accepted before the goodbye, which need not be waited for.
        properties.setProperty("mail.smtp.quitwait", "false");
        return properties;
    }

    @Override
    public void send(AlertMessage message) {
        String password = settings.password() == null
                ? null
                : settings.password().read(environment, FailureCode.ALERT_UNDELIVERABLE);
        try (Transport transport = session.getTransport("smtp")) {
            MimeMessage mail = mail(message);
            transport.connect(settings.host(), settings.port(), settings.user(), password);
            transport.sendMessage(mail, mail.getAllRecipients());
        } catch (MessagingException e) {
            throw new NightshiftException(
                    FailureCode.ALERT_UNDELIVERABLE,
                    "the mail server " + settings.host() + ":" + settings.port() + ": " + reason(e),
                    e);
        }
    }

    /** The mail library says what it did, the last cause why that failed. */
    private static String reason(MessagingException failure) {
        List<Throwable> causes = Causes.of(failure);
        Throwable last = causes.get(causes.size() - 1);
        String reason = Causes.firstLine(failure) + (last == failure ? "" : ": " + Causes.firstLine(last));
        return PlainText.line(reason, LONGEST_REASON)
                + (causes.stream().anyMatch(CertificateException.class::isInstance) ? UNTRUSTED : "");
    }

    private MimeMessage mail(AlertMessage message) throws MessagingException {
        MimeMessage mail = new IdentifiedMail(session, "<" + message.id() + "@nightshift.invalid>");
        mail.setFrom(new InternetAddress(settings.from(), true));
        for (String receiver : settings.to()) {
            mail.addRecipient(Message.RecipientType.TO, new InternetAddress(receiver, true));
        }
        mail.setSubject(
                PlainText.line("Nightshift: " + message.title(), LONGEST_SUBJECT), StandardCharsets.UTF_8.name());
        mail.setText(message.text() + "\n\nMessage " + message.id() + "\n", StandardCharsets.UTF_8.name());
        mail.setSentDate(Date.from(clock.instant()));
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setHeader("Nightshift-Id", message.id().toString());
        mail.saveChanges();
        return mail;
    }

    /** Has the same id whenever it is sent, so that mail programs can tell copies. */
    private static final class IdentifiedMail extends MimeMessage {

        private final String id;

        IdentifiedMail(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
