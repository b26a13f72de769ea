package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NightshiftTest {

    @Test
    void validatesJobsByNameAndByFile() {
        CommandRun run = CommandRun.of("validate", "flight-delay", "jobs/flight-delay-daily.yaml");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("job flight-delay is valid", "job flight-delay-daily is valid");
    }

    @Test
    void helpNamesEveryCommandAndExitCode() {
        CommandRun help = CommandRun.of("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .contains("validate", "--home", "--output", "--debug")
                .containsPattern("0 +completed\\R +1 +failed\\R +2 +wrong use or invalid definition")
                .containsPattern("3 +refused by a quality limit\\R +4 +stopped\\R +5 +already running");
    }

    @Test
    void theLauncherArchivesTheClassesOfACommandThatWorks(@TempDir Path folder) throws IOException {
        Matcher training =
                Pattern.compile("--home \"\\$home/state\" (\\S+) ").matcher(Files.readString(Path.of("nightshift")));
        assertThat(training.find()).isTrue();
        assertThat(CommandRun.inHome(folder.resolve("state"), training.group(1)).exitCode())
                .isZero();
    }

    @Test
    void withoutACommandItSaysWhatIsMissing() {
        CommandRun nothing = CommandRun.of();
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.out()).isEmpty();
        assertThat(nothing.err()).contains("USAGE").contains("command").contains("`nightshift --help`");
    }

    @Test
    void versionNamesTheJavaToo() {
        CommandRun version = CommandRun.of("--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).startsWith("nightshift ").contains("Java " + System.getProperty("java.version"));
    }

    @Test
    void anUnknownCommandGetsASuggestion() {
        CommandRun wrong = CommandRun.of("validat");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err())
                .startsWith("USAGE: unknown command 'validat', did you mean 'validate'?; nothing was started.");
    }

    @Test
    void anUnknownOptionGetsASuggestion() {
        CommandRun wrong = CommandRun.of("validate", "--outptu", "json");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("unknown option '--outptu', did you mean '--output'?");
    }

    @Test
    void aWrongFormNamesTheAllowedOnes() {
        CommandRun wrong = CommandRun.of("validate", "--output", "xml");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("'--output'").contains("xml").contains("TABLE, JSON");
    }

    @Test
    void inJsonAWrongUseIsOneObject() {
        CommandRun wrong = CommandRun.of("--output", "json", "validate", "--bogus");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(StreamSupport.stream(
                                ((Iterable<String>) () ->
                                                wrong.errJson().propertyNames().iterator())
                                        .spliterator(),
                                false)
                        .toList())
                .isEqualTo(List.of("code", "kind", "message", "where"));
        assertThat(wrong.errJson().get("code").asString()).isEqualTo("USAGE");
        assertThat(wrong.errJson().get("kind").asString()).isEqualTo("user");
        assertThat(wrong.errJson().get("message").asString()).contains("--bogus");
        assertThat(wrong.errJson().get("where").isNull()).isTrue();
    }

    @Test
    void aTraceAppearsOnlyWhenAskedFor() {
        assertThat(CommandRun.of("validate", "--bogus").err()).doesNotContain("\tat ");
        assertThat(CommandRun.of("--debug", "validate", "--bogus").err()).contains("\tat ");
    }

    @Test
    void printsACompletionScript() {
        CommandRun completion = CommandRun.of("generate-completion");
        assertThat(completion.exitCode()).isZero();
        assertThat(completion.out())
                .contains("complete -F _complete_nightshift")
                .contains("validate");
    }
}
