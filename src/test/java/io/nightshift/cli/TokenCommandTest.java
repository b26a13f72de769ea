package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokens as people make and revoke them. */
class TokenCommandTest {

    @TempDir
    private Path home;

    private CommandRun command(String... words) {
        return CommandRun.inHome(home, words);
    }

    @Test
    void aSecretIsPrintedOnceAndATokenIsRevokedForGood() {
        CommandRun made = command("token", "create", "ci", "--role", "operator", "--expires", "90d");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).matches("nst_[A-Za-z0-9_-]{43}\\R");

        CommandRun again = command("token", "create", "ci", "--role", "viewer");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("'ci' already").contains("no token was made");

        CommandRun last = command("--output", "json", "token", "revoke", "ci");
        assertThat(last.exitCode()).isEqualTo(2);
        assertThat(last.errJson().get("code").asString()).isEqualTo("STATE_CONFLICT");
        assertThat(last.err()).contains("the last token that lets an operator in", "nothing was changed");

        // Neither a viewer's token nor one that was revoked takes its place.
        command("token", "create", "eye", "--role", "viewer");
        assertThat(command("token", "revoke", "ci").exitCode()).isEqualTo(2);
        command("token", "create", "second", "--role", "operator");
        assertThat(command("token", "revoke", "second").exitCode()).isZero();
        assertThat(command("token", "revoke", "ci").exitCode()).isEqualTo(2);
        command("token", "create", "third", "--role", "operator");
        CommandRun revoked = command("--output", "json", "token", "revoke", "ci");
        assertThat(revoked.outJson().get("state").asString()).isEqualTo("revoked");
        JsonNode token = command("--output", "json", "token", "list")
                .outJson()
                .get("tokens")
                .get(0);
        assertThat(token.get("name").asString()).isEqualTo("ci");
        assertThat(token.get("role").asString()).isEqualTo("operator");
        assertThat(token.get("state").asString()).isEqualTo("revoked");
        assertThat(token.get("expires").isNull()).isFalse();
        CommandRun list = command("token", "list");
        assertThat(list.out()).contains("ci").doesNotContain("nst_");
    }

    @Test
    void whatCannotBeATokenMakesNone() {
        for (String[] words : new String[][] {
            {"token", "create", "x", "--role", "admin"},
            {"token", "create", "x"},
            {"token", "create", "X Y", "--role", "viewer"},
            {"token", "create", "x", "--role", "viewer", "--expires", "soon"},
            {"token", "create", "x", "--role", "viewer", "--expires", "0d"},
            {"token", "revoke", "x"},
            {"token"}
        }) {
            CommandRun refused = command(words);
            assertThat(refused.exitCode())
                    .as("%s: %s", String.join(" ", words), refused)
                    .isEqualTo(2);
            assertThat(refused.err()).isNotBlank().doesNotContain("\tat ");
        }
        assertThat(command("--output", "json", "token", "list").outJson().get("tokens"))
                .isEmpty();
    }

    @Test
    void aRunThatHasEndedOrIsNotThereCannotBeStopped(@TempDir Path folder) {
        SmallJob job = SmallJob.in(folder);
        String run = job.completes().get("run").asString();
        CommandRun ended = job.command("--output", "json", "stop", run);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.errJson().get("code").asString()).isEqualTo("STATE_CONFLICT");
        assertThat(job.command("--output", "json", "stop", "00000000")
                        .errJson()
                        .get("code")
                        .asString())
                .isEqualTo("RUN_UNKNOWN");
    }
}
