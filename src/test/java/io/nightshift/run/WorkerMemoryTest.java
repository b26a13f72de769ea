package io.nightshift.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.ComputeDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorkerMemoryTest {

    private static final long MEBIBYTE = 1 << 20;
    private static final Schema INPUT = new Schema(List.of(
            new Field("id", ColumnType.of(Kind.INT64), false), new Field("name", ColumnType.of(Kind.STRING), true)));
    private static final Schema RESULTS = new Schema(List.of(
            new Field("id", ColumnType.of(Kind.INT64), false), new Field("score", ColumnType.of(Kind.FLOAT32), false)));

    @Test
    void aWorkerHoldsAChunkARowGroupAndAResultFile() {
        WorkerMemory memory = WorkerMemory.of(compute(0, 1000, MEBIBYTE), INPUT, RESULTS, 5000, 10_000);

        assertThat(memory.batchBytes()).isEqualTo(1000 * (8 + 25 + 8 + 4));
        assertThat(memory.readerBytes()).isEqualTo(5000);
        assertThat(memory.writerBytes()).isEqualTo(10_000 * 12);
    }

    @Test
    void aResultFilesShareEndsWithItsRowGroup() {
        assertThat(WorkerMemory.of(compute(0, 1000, MEBIBYTE), INPUT, RESULTS, 0, 1L << 40)
                        .writerBytes())
                .isEqualTo(64 * MEBIBYTE);
    }

    @Test
    void asManyWorkersAsFit() {
        WorkerMemory memory = new WorkerMemory(10 * MEBIBYTE, 5 * MEBIBYTE, 5 * MEBIBYTE);

        assertThat(memory.workers(compute(0, 1000, 64 * MEBIBYTE), 8, 16, 1024 * MEBIBYTE))
                .isEqualTo(3);
        assertThat(memory.workers(compute(0, 1000, 64 * MEBIBYTE), 2, 2, 1024 * MEBIBYTE))
                .isEqualTo(2);
        assertThat(memory.workers(compute(2, 1000, 64 * MEBIBYTE), 2, 4, 1024 * MEBIBYTE))
                .as("no more than asked for are refused, what fits is used")
                .isEqualTo(3);
    }

    @Test
    void thoseThatNobodyAskedForHaveNoMoreThanHalfOfTheHeapWithTheOthers() {
        WorkerMemory memory = new WorkerMemory(10 * MEBIBYTE, 5 * MEBIBYTE, 5 * MEBIBYTE);

        assertThat(memory.workers(compute(0, 1000, 1024 * MEBIBYTE), 2, 4, 160 * MEBIBYTE))
                .isEqualTo(4);
        assertThat(memory.workers(compute(0, 1000, 1024 * MEBIBYTE), 2, 4, 159 * MEBIBYTE))
                .isEqualTo(3);
        assertThat(memory.workers(compute(0, 1000, 1024 * MEBIBYTE), 2, 4, 40 * MEBIBYTE))
                .isEqualTo(2);
    }

    @Test
    void workersAskedForByNumberThatDoNotFitAreRefused() {
        WorkerMemory memory = new WorkerMemory(10 * MEBIBYTE, 5 * MEBIBYTE, 5 * MEBIBYTE);

        assertThatThrownBy(() -> memory.workers(compute(4, 1000, 64 * MEBIBYTE), 4, 8, 1024 * MEBIBYTE))
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(FailureCode.LIMIT_EXCEEDED))
                .hasMessageContaining("compute.memory is 64 MB, but 4 workers need about 80 MB")
                .hasMessageContaining("lower compute.chunk_rows");
    }

    @Test
    void notEvenOneWorkerIsRefused() {
        WorkerMemory memory = new WorkerMemory(100 * MEBIBYTE, 0, 0);

        assertThatThrownBy(() -> memory.workers(compute(0, 1000, 64 * MEBIBYTE), 1, 2, 1024 * MEBIBYTE))
                .hasMessageContaining("a worker needs about 100 MB");
    }

    private static ComputeDefinition compute(int threads, int chunkRows, long memoryBytes) {
        return new ComputeDefinition(
                new ComputeDefinition.Device(ComputeDefinition.Device.Kind.CPU, 0),
                threads,
                100,
                chunkRows,
                memoryBytes,
                0);
    }
}
