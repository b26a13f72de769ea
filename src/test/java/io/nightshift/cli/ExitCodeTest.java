package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.FailureKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ExitCodeTest {

    @Test
    void numbersAreWhatTheReferenceSays() {
        assertThat(Arrays.stream(ExitCode.values()).map(code -> code.number() + " " + code))
                .containsExactly(
                        "0 COMPLETED", "1 FAILED", "2 WRONG_USE", "3 REFUSED", "4 STOPPED", "5 ALREADY_RUNNING");
    }

    @Test
    void whatTheUserCanMendIsWrongUse() {
        for (FailureCode failure : FailureCode.values()) {
            if (failure.kind() == FailureKind.USER && failure != FailureCode.ALREADY_RUNNING) {
                assertThat(ExitCode.of(failure)).as(failure.name()).isEqualTo(ExitCode.WRONG_USE);
            }
        }
    }

    @Test
    void everythingElseFailed() {
        for (FailureCode failure : FailureCode.values()) {
            if (failure.kind() != FailureKind.USER && failure != FailureCode.TOO_MANY_REJECTS) {
                assertThat(ExitCode.of(failure)).as(failure.name()).isEqualTo(ExitCode.FAILED);
            }
        }
    }

    @Test
    void twoFailuresHaveTheirOwn() {
        assertThat(ExitCode.of(FailureCode.ALREADY_RUNNING)).isEqualTo(ExitCode.ALREADY_RUNNING);
        assertThat(ExitCode.of(FailureCode.TOO_MANY_REJECTS)).isEqualTo(ExitCode.REFUSED);
    }
}
