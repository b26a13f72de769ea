package io.nightshift.score;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadPlanTest {

    @ParameterizedTest
    @CsvSource({"0,4,4", "1,4,1", "4,4,4", "1024,4,4"})
    void noMoreBatchesAreScoredAtOnceThanThereAreCores(int requested, int cores, int scorers) {
        assertThat(ThreadPlan.of(requested, cores)).isEqualTo(new ThreadPlan(scorers, scorers, 1));
        assertThat(ThreadPlan.of(requested, cores).besideServer()).isEqualTo(new ThreadPlan(scorers, 2 * scorers, 1));
    }

    @ParameterizedTest
    @CsvSource({"9,4,8", "8,4,8", "7,4,7", "4,4,4", "3,3,3", "1,1,1"})
    void thoseThatOnlyWaitGoFirst(int most, int scorers, int workers) {
        assertThat(ThreadPlan.of(0, 4).besideServer().atMost(most)).isEqualTo(new ThreadPlan(scorers, workers, 1));
    }
}
