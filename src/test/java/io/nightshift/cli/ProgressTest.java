package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void saysHowFarItIsAndHowLongTheRestTakes() {
        assertThat(Progress.line(1_500_000, 3_000_000, 2))
                .isEqualTo("1,500,000 of 3,000,000 rows   50 %  750,000 rows/s  2 s left");
        assertThat(Progress.line(3_000_000, 3_000_000, 4))
                .isEqualTo("3,000,000 of 3,000,000 rows  100 %  750,000 rows/s  0 s left");
    }

    @Test
    void saysNothingOfTheRestBeforeTheFirstRows() {
        assertThat(Progress.line(0, 3_000_000, 0.2)).isEqualTo("0 of 3,000,000 rows    0 %  0 rows/s");
    }
}
