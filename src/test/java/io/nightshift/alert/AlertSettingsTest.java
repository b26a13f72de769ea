package io.nightshift.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.configuration.Configuration;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the configuration file may say of alerts, and what is refused. */
class AlertSettingsTest {

    @TempDir
    Path folder;

    private AlertSettings load(String text) throws IOException {
        return Configuration.load(Files.writeString(folder.resolve("nightshift.yaml"), text))
                .alerts();
    }

    private List<String> problems(String text) throws IOException {
        try {
            load(text);
            return List.of();
        } catch (NightshiftException e) {
            return e.problems().stream()
                    .map(Problem::toString)
                    .map(problem -> problem.replace(folder.toString() + "/nightshift.yaml", "f"))
                    .toList();
        }
    }

    private static String webhook(String more) {
        return "alerts: {channels: {hook: {webhook: {url: 'https://h/x', secret: {env: S}}" + more + "}}}";
    }

    private static String email(String more) {
        return "alerts: {channels: {mail: {email: {host: h, from: a@h, to: [b@h]" + more + "}}}}";
    }

    @Test
    void withoutASectionEverythingGoesToTheLog() throws IOException {
        AlertSettings settings = load("databases: {}");
        assertThat(settings).isEqualTo(AlertSettings.DEFAULT);
        assertThat(settings.channelsOf(new Alert("k", AlertKind.RUN_FAILED, "s", null, "t", Instant.EPOCH)))
                .containsExactly("log");
    }

    @Test
    void withoutRulesEveryAlertGoesToEveryChannel() throws IOException {
        assertThat(load(webhook("")).channelsOf(new Alert("k", AlertKind.CLOCK_SKEWED, "s", null, "t", Instant.EPOCH)))
                .containsExactly("log", "hook");
    }

    @Test
    void waitsGrowToTheLongestAndDifferByChance() {
        AlertSettings.Retry retry = new AlertSettings.Retry(10, Duration.ofSeconds(10), Duration.ofMinutes(1));
        assertThat(retry.after(1, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(retry.after(1, 1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(retry.after(3, 1)).isEqualTo(Duration.ofSeconds(40));
        assertThat(retry.after(100, 1)).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ftp://h/x|allowed is an absolute URL with http or https",
                "//h/hunter2|allowed is an absolute URL",
                "https://me:hunter2@h/x|a user, a password or a fragment",
                "https://h/hunter 2|only the characters",
                "https:///hunter2|with http or https and a host",
            })
    void refusesUrlsWithoutRepeatingThem(String url, String problem) throws IOException {
        assertThat(problems(webhook("").replace("https://h/x", url)))
                .singleElement()
                .asString()
                .contains("f:1:", problem)
                .doesNotContain("hunter");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{from: '22:00', to: '22:00', time_zone: UTC}|ends when it begins",
                "{from: '22:00', to: '24:00', time_zone: UTC}|is not a time of day such as",
                "{from: 22:00, to: '06:00', time_zone: UTC}|in quotes",
                "{from: '22:00', to: '06:00', time_zone: Europe/Berln}|did you mean 'Europe/Berlin'?",
                "{from: '22:00', to: '06:00', time_zone: UTC, except: [RUN_FALED]}|did you mean 'RUN_FAILED'?",
                "{from: '22:00', to: '06:00'}|'time_zone' is missing",
            })
    void refusesQuietTimesThatAreNone(String quiet, String problem) throws IOException {
        assertThat(problems(webhook(", quiet: " + quiet)))
                .singleElement()
                .asString()
                .contains("f:1:", problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ", user: me|user and password come together",
                ", user: me, password: {env: P}, encryption: none|a password is not sent without encryption",
                ", encryption: ssl|is not one of starttls, tls, none",
                ", port: 0|from 1 to 65535",
                ", timeout: 2m|from 100ms to 1m",
            })
    void refusesMailThatCannotOrMustNotBeSent(String more, String problem) throws IOException {
        assertThat(problems(email(more))).singleElement().asString().contains("f:1:", problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "to: [b@h]|to: ['Bob <b@h>']",
                "to: [b@h]|to: ['b@h, c@h']",
                "to: [b@h]|to: [b]",
                "from: a@h|from: \"a@h\\r\\nBcc: c@h\"",
                "host: h|host: 'h:25'",
            })
    void refusesAddressesWithMoreInThem(String right, String wrong) throws IOException {
        assertThat(problems(email("").replace(right, wrong)))
                .singleElement()
                .asString()
                .contains("is not");
    }

    @Test
    void refusesWhatDoesNotFitTogether() throws IOException {
        assertThat(problems("alerts: {rules: [{to: [hok]}]}"))
                .singleElement()
                .asString()
                .contains("there is no channel 'hok' here");
        assertThat(problems(webhook("").replace("{hook:", "{log:")))
                .singleElement()
                .asString()
                .contains("'log' is always there");
        assertThat(problems("alerts: {channels: {x: {quiet: {from: '22:00', to: '06:00', time_zone: UTC}}}}"))
                .singleElement()
                .asString()
                .contains("needs one of webhook, email");
        assertThat(problems("alerts: {retry: {first: 1h, longest: 1m}}"))
                .singleElement()
                .asString()
                .contains("the longest wait is shorter than the first");
    }
}
