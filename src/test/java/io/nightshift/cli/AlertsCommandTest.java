package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.Application;
import io.nightshift.alert.Alert;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertKind;
import io.nightshift.alert.Alerts;
import io.nightshift.alert.WebhookReceiver;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.jdbc.DatabaseConfiguration;
import io.nightshift.jdbc.Databases;
import io.nightshift.queue.QueueLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** The operators' view of alerts. */
class AlertsCommandTest {

    @TempDir
    Path folder;

    private CommandRun command(String url, String... args) throws Exception {
        Path file = Files.writeString(
                folder.resolve("nightshift.yaml"),
                "alerts: {channels: {hook: {webhook: {url: '" + url + "', secret: {env: HOOK}}}}}");
        return CommandRun.of(
                Map.of(
                        "NIGHTSHIFT_HOME",
                        folder.resolve("home").toString(),
                        "NIGHTSHIFT_CONFIG",
                        file.toString(),
                        "HOOK",
                        "secret"),
                args);
    }

    private void raise(String key, String subject) throws Exception {
        Configuration configuration = Configuration.load(folder.resolve("nightshift.yaml"));
        AlertChannels channels = new AlertChannels(configuration.alerts(), Map.of(), CommandRun.CLOCK);
        try (Home home = Home.open(folder.resolve("home"), "test");
                Databases databases = new Databases(DatabaseConfiguration.NONE, Map.of());
                ConfigurableApplicationContext context =
                        Application.start(home, databases, channels, QueueLimits.DEFAULT, CommandRun.CLOCK)) {
            context.getBean(Alerts.class)
                    .raise(new Alert(
                            key,
                            AlertKind.RUN_FAILED,
                            subject,
                            "run-1",
                            "the model is gone",
                            CommandRun.CLOCK.instant()));
        }
    }

    @Test
    void triesAChannel() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver()) {
            CommandRun taken = command(receiver.url(), "alerts", "test", "hook");
            assertThat(taken.exitCode()).as(taken.err()).isZero();
            assertThat(taken.out()).contains("the channel 'hook' took a test message");
            assertThat(receiver.next().body()).contains("\"TEST\"");

            receiver.answer(403);
            CommandRun refused = command(receiver.url(), "alerts", "test", "hook");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("ALERT_UNDELIVERABLE", "status 403");

            CommandRun unknown = command(receiver.url(), "alerts", "test", "hok");
            assertThat(unknown.exitCode()).isEqualTo(2);
            assertThat(unknown.err()).contains("there is no channel 'hok'", "did you mean 'hook'?");
        }
    }

    @Test
    void listsWhatBecameOfAlerts() throws Exception {
        assertThat(command("http://localhost/x", "alerts").out())
                .startsWith("AT")
                .hasLineCount(1);
        raise("a", "flights");
        raise("a", "flights");

        CommandRun table = command("http://localhost/x", "alerts");
        assertThat(table.exitCode()).as(table.err()).isZero();
        assertThat(table.out()).hasLineCount(3).contains("RUN_FAILED", "flights", "hook", "log", "the model is gone");

        JsonNode pending = command(
                        "http://localhost/x", "--output", "json", "alerts", "--state", "pending", "--limit", "1")
                .outJson()
                .get("alerts");
        assertThat(pending).hasSize(1);
        assertThat(pending.get(0).get("state").asString()).isEqualTo("PENDING");
        assertThat(pending.get(0).get("at").asString()).isEqualTo("2026-03-01T02:00:00Z");
        assertThat(pending.get(0).get("due_at").asString()).isEqualTo("2026-03-01T02:00:00Z");
        assertThat(pending.get(0).get("run").asString()).isEqualTo("run-1");
        assertThat(command("http://localhost/x", "alerts", "--state", "sent").out())
                .hasLineCount(1);

        Files.delete(folder.resolve("nightshift.yaml"));
        CommandRun removed = CommandRun.inHome(folder.resolve("home"), "alerts");
        assertThat(removed.out()).contains("the configuration has no channel 'hook'");
    }
}
