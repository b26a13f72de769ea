package io.nightshift.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A batch of every column type against plain lists of its rows. */
class RecordBatchTest {

    private static final Schema SCHEMA = RandomBatches.everyType(true);

    /** Values as text, row by row, with the row's number in its partition. */
    private static List<List<@Nullable String>> rows(RecordBatch batch) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            List<@Nullable String> values = new ArrayList<>();
            values.add(Long.toString(batch.rowNumber(row)));
            for (int column = 0; column < batch.schema().size(); column++) {
                values.add(batch.column(column).text(row));
            }
            rows.add(values);
        }
        return rows;
    }

    private static int[] someOf(Random random, int rows) {
        double share = random.nextDouble();
        return IntStream.range(0, rows)
                .filter(row -> random.nextDouble() < share)
                .toArray();
    }

    private static List<List<@Nullable String>> select(List<List<@Nullable String>> rows, int[] kept) {
        return IntStream.of(kept).mapToObj(rows::get).toList();
    }

    private static RecordBatch random(Seed seed, double nullShare, int rows) {
        return new RandomBatches(seed.value(), nullShare).next(SCHEMA, rows);
    }

    @RepeatedTest(20)
    void keepsTheChosenRowsWithTheirValuesAndNumbers() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RecordBatch batch = random(seed, random.nextInt(3) * 0.3, 1 + random.nextInt(200));
        List<List<@Nullable String>> expected = rows(batch);
        int filtered = 0;
        for (int step = 0; step < 4; step++) {
            int[] kept = someOf(random, batch.rows());
            expected = select(expected, kept);
            if (random.nextBoolean()) {
                filtered += batch.rows() - kept.length;
                batch.filter(kept, kept.length);
            } else {
                batch.keep(kept, kept.length);
            }
            assertThat(rows(batch)).as("%s, step %s", seed, step).isEqualTo(expected);
            assertThat(batch.filtered()).as("%s, step %s", seed, step).isEqualTo(filtered);
        }
        for (int column = 0; column < SCHEMA.size(); column++) {
            int at = column;
            assertThat(batch.column(column).nullCount())
                    .as("%s, nulls of %s", seed, SCHEMA.field(column))
                    .isEqualTo((int) expected.stream()
                            .filter(row -> row.get(at + 1) == null)
                            .count());
        }
    }

    @RepeatedTest(10)
    void dictionaryAndPlainFormHoldTheSame() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RecordBatch batch = random(seed, 0.2, 100);
        int[] kept = someOf(random, 100);
        batch.keep(kept, kept.length);
        List<List<@Nullable String>> before = rows(batch);
        for (int column = 0; column < SCHEMA.size(); column++) {
            if (batch.column(column) instanceof BytesColumn bytes) {
                bytes.toPlain(batch.rows());
                assertThat(bytes.dictionary()).isNull();
            }
        }
        assertThat(rows(batch)).as("%s", seed).isEqualTo(before);
    }

    @RepeatedTest(10)
    void aBatchOverSomeColumnsSharesRowsAndNumbers() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RecordBatch batch = random(seed, 0.2, 100);
        int[] kept = someOf(random, 100);
        batch.keep(kept, kept.length);
        Schema chosen = SCHEMA.select(List.of("string", "int64", "decimal_38"));

        RecordBatch over = RecordBatch.over(
                chosen, chosen.names().stream().map(batch::column).toList(), batch);

        assertThat(over.rows()).as("%s", seed).isEqualTo(kept.length);
        for (int row = 0; row < over.rows(); row++) {
            assertThat(over.rowNumber(row)).as("%s", seed).isEqualTo(batch.rowNumber(row));
            for (String name : chosen.names()) {
                assertThat(over.column(name).text(row))
                        .as("%s", seed)
                        .isEqualTo(batch.column(name).text(row));
            }
        }
    }

    @RepeatedTest(10)
    void aClearedBatchRemembersNothing() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RecordBatch batch = random(seed, 0.5, 64);
        int[] kept = someOf(random, 64);
        batch.filter(kept, kept.length);
        batch.skipped(3);

        batch.clear(1000);
        batch.rows(64);

        assertThat(batch.filtered()).isZero();
        assertThat(batch.rowNumber(63)).isEqualTo(1063);
        for (int column = 0; column < SCHEMA.size(); column++) {
            assertThat(batch.column(column).nullCount()).as("%s", seed).isZero();
            assertThat(batch.column(column).isNull(random.nextInt(64)))
                    .as("%s", seed)
                    .isFalse();
        }
    }

    @Test
    void refusesMoreRowsThanItHasRoomFor() {
        RecordBatch batch = new RecordBatch(SCHEMA, 8);
        batch.clear(0);
        assertThatThrownBy(() -> batch.rows(9)).hasMessageContaining("9 rows in a column of 8");
    }

    @Test
    void saysAlsoWhatIsNoTimeOfADay() {
        ColumnType micros = ColumnType.time(ColumnType.TimeUnit.MICROS);
        RecordBatch batch = new RecordBatch(new Schema(List.of(new Field("at", micros, false))), 4);
        long[] values = ((LongColumn) batch.column(0)).values();
        values[0] = 86_399_999_999L;
        values[1] = 86_400_000_000L;
        values[2] = -1;
        values[3] = Long.MAX_VALUE;
        batch.rows(4);
        assertThat(batch.column(0).text(0)).isEqualTo("23:59:59.999999");
        assertThat(batch.column(0).text(1)).isEqualTo("86400000000 micros after midnight");
        assertThat(batch.column(0).text(2)).isEqualTo("-1 micros after midnight");
        assertThat(batch.column(0).text(3)).isEqualTo("9223372036854775807 micros after midnight");
    }
}
