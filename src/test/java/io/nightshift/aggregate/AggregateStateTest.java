package io.nightshift.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.AggregateDefinition;
import io.nightshift.job.AggregateDefinition.Function;
import io.nightshift.job.AggregateDefinition.Measure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateStateTest {

    private static final Schema NONE = new Schema(List.of());

    /** Every function over every type that it takes, by no column, by each type, and by several columns. */
    private static List<AggregateDefinition> everything(boolean orderIndependentOnly) {
        List<Measure> measures = new ArrayList<>();
        measures.add(new Measure("rows", Function.COUNT, null, null, List.of()));
        RandomRows.TYPES.forEach((column, type) -> {
            for (Function function : Function.values()) {
                if (!MeasurePlan.takes(function, type) || (orderIndependentOnly && function == Function.QUANTILE)) {
                    continue;
                }
                // Functions without an argument leave it unread.
                double at = 0.5;
                List<Double> buckets = function == Function.HISTOGRAM ? List.of(-1.5, 0.0, 100.25) : List.of();
                measures.add(new Measure(function + "_" + column, function, column, at, buckets));
            }
        });
        List<AggregateDefinition> definitions = new ArrayList<>();
        definitions.add(new AggregateDefinition("all", List.of(), measures));
        definitions.add(new AggregateDefinition(
                "several", List.of("c_string", "c_int8", "c_decimal_wide"), measures.subList(0, 9)));
        RandomRows.TYPES
                .keySet()
                .forEach(column -> definitions.add(new AggregateDefinition("by_" + column, List.of(column), measures)));
        return definitions;
    }

    private static Random random(int repetition) {
        long seed = System.nanoTime() + repetition;
        System.out.println("seed " + seed);
        return new Random(seed);
    }

    private static void add(AggregateState state, RandomRows rows, int from, int to, Random random) {
        int at = from;
        while (at < to) {
            int next = Math.min(to, at + 1 + random.nextInt(700));
            state.add(rows.batch(at, next, random.nextBoolean()));
            at = next;
        }
    }

    @RepeatedTest(3)
    void batchingAndStoringChangeNoBitOfAPartition() {
        Random random = random(0);
        RandomRows rows = RandomRows.of(random, 3000, 7);
        Aggregation aggregation = Aggregation.compile(everything(false), RandomRows.schema(), NONE);
        AggregateState whole = aggregation.newState();
        add(whole, rows, 0, rows.size(), random);

        AggregateState interrupted = aggregation.newState();
        int at = 0;
        while (at < rows.size()) {
            int next = Math.min(rows.size(), at + 1 + random.nextInt(900));
            add(interrupted, rows, at, next, random);
            interrupted = aggregation.fromBytes(interrupted.toBytes());
            at = next;
        }
        assertThat(RandomRows.text(interrupted.results())).isEqualTo(RandomRows.text(whole.results()));
    }

    @RepeatedTest(3)
    void partitionsGiveTheSameBitsInWhicheverOrderTheyComeAndWhicheverWereStored() {
        Random random = random(1);
        RandomRows rows = RandomRows.of(random, 12_000, 5);
        Aggregation aggregation = Aggregation.compile(everything(false).subList(0, 6), RandomRows.schema(), NONE);
        List<Integer> cuts = new ArrayList<>(List.of(0, rows.size()));
        for (int cut = random.nextInt(9); cut > 0; cut--) {
            cuts.add(random.nextInt(rows.size()));
        }
        Collections.sort(cuts);
        int partitions = cuts.size() - 1;
        List<byte[]> stored = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            AggregateState state = aggregation.newState();
            add(state, rows, cuts.get(partition), cuts.get(partition + 1), random);
            stored.add(state.toBytes());
            order.add(partition);
        }
        List<String> expected = RandomRows.text(new PartitionAggregates(aggregation, partitions)
                .whole(partition -> Optional.of(stored.get(partition)))
                .results());

        Collections.shuffle(order, random);
        PartitionAggregates live = new PartitionAggregates(aggregation, partitions);
        List<Integer> added = order.subList(0, random.nextInt(partitions + 1));
        added.parallelStream().forEach(partition -> live.add(partition, stored.get(partition)));
        AggregateState whole = live.whole(partition -> {
            assertThat(added).doesNotContain(partition);
            return Optional.of(stored.get(partition));
        });
        assertThat(RandomRows.text(whole.results())).isEqualTo(expected);
        assertThat(RandomRows.text(aggregation.fromBytes(whole.toBytes()).results()))
                .isEqualTo(expected);
    }

    @Test
    void partitionsWithoutRowsAreNothing() {
        Aggregation aggregation = Aggregation.compile(everything(false), RandomRows.schema(), NONE);
        for (int partitions : new int[] {0, 1, 3}) {
            AggregateState whole =
                    new PartitionAggregates(aggregation, partitions).whole(partition -> Optional.empty());
            assertThat(RandomRows.text(whole.results()))
                    .isEqualTo(RandomRows.text(aggregation.newState().results()));
        }
    }

    @Test
    void aStateOfAnotherFormatIsRefused() {
        Aggregation aggregation = Aggregation.compile(everything(false), RandomRows.schema(), NONE);
        byte[] bytes = aggregation.newState().toBytes();
        bytes[Long.BYTES - 1]--;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(bytes.length - Long.BYTES, checksum.getValue());
        assertThatThrownBy(() -> aggregation.fromBytes(bytes))
                .hasMessageContaining("format 1, this version of Nightshift reads 2")
                .hasMessageContaining("start a new run");
    }

    @Test
    void measuresOfOneColumnAnswerTogetherWhatEachAnswersAlone() {
        Random random = random(3);
        RandomRows rows = RandomRows.of(random, 3000, 5);
        List<Measure> measures = new ArrayList<>();
        RandomRows.TYPES.forEach((column, type) -> {
            for (Function function : Function.values()) {
                if (MeasurePlan.takes(function, type)) {
                    for (double at : new double[] {0.1, 0.5, 0.9}) {
                        List<Double> buckets = function == Function.HISTOGRAM ? List.of(-at, at) : List.of();
                        measures.add(new Measure(function + "_" + column + "_" + at, function, column, at, buckets));
                    }
                }
            }
        });
        List<AggregateDefinition> definitions = new ArrayList<>();
        definitions.add(new AggregateDefinition("together", List.of("c_int8"), measures));
        measures.forEach(measure ->
                definitions.add(new AggregateDefinition(measure.name(), List.of("c_int8"), List.of(measure))));
        AggregateState state =
                Aggregation.compile(definitions, RandomRows.schema(), NONE).newState();
        add(state, rows, 0, rows.size(), random);
        List<AggregateTable> tables = state.results();
        for (AggregateTable alone : tables.subList(1, tables.size())) {
            for (String name : alone.rows().schema().names()) {
                assertThat(text(alone, name)).as(name).isEqualTo(text(tables.get(0), name));
            }
        }
    }

    private static List<String> text(AggregateTable table, String column) {
        return IntStream.range(0, table.rows().rows())
                .mapToObj(row -> String.valueOf(table.rows().column(column).text(row)))
                .toList();
    }

    @RepeatedTest(3)
    void exactMeasuresAndDistinctCountsDependOnNeitherOrderNorPartitions() {
        Random random = random(2);
        RandomRows rows = RandomRows.of(random, 3000, random.nextBoolean() ? 0 : 40);
        List<AggregateDefinition> definitions = everything(true).subList(0, 3);
        Aggregation aggregation = Aggregation.compile(definitions, RandomRows.schema(), NONE);
        AggregateState whole = aggregation.newState();
        add(whole, rows, 0, rows.size(), random);

        rows.shuffle(random);
        rows.forgetDictionaries();
        AggregateState left = aggregation.newState();
        AggregateState right = aggregation.newState();
        int at = 0;
        while (at < rows.size()) {
            int next = Math.min(rows.size(), at + 1 + random.nextInt(600));
            AggregateState partition = aggregation.newState();
            add(partition, rows, at, next, random);
            (random.nextBoolean() ? left : right).merge(partition);
            at = next;
        }
        right.merge(left);
        assertThat(RandomRows.text(right.results())).isEqualTo(RandomRows.text(whole.results()));
    }

    @Test
    void noRowsGiveOneRowWithoutGroupsAndNoneWithGroups() {
        Aggregation aggregation = Aggregation.compile(everything(false), RandomRows.schema(), NONE);
        List<AggregateTable> tables = aggregation.newState().results();
        assertThat(tables.get(0).rows().rows()).isEqualTo(1);
        assertThat(tables.get(0).rows().column("rows").text(0)).isEqualTo("0");
        assertThat(tables.get(0).rows().column("SUM_c_int64").text(0)).isNull();
        assertThat(tables.get(1).rows().rows()).isZero();
        assertThat(RandomRows.text(
                        aggregation.fromBytes(aggregation.newState().toBytes()).results()))
                .isEqualTo(RandomRows.text(tables));
    }

    /** 200 groups, whose states and keys take about {@code megabytes}: half of it is too little, twice as much is enough. */
    @ParameterizedTest
    @CsvSource({
        // A key of 10,000 bytes each.
        "COUNT, 10000, 1000, 2",
        // 4,096 registers each.
        "DISTINCT, 3, 400000, 0.9",
        // Some 600 values of 8 bytes each.
        "QUANTILE, 3, 400000, 1",
    })
    void groupsThatTakeTooMuchMemoryAreRefused(Function function, int keyLength, int rows, double megabytes) {
        addGroups(function, keyLength, rows, (long) (megabytes * 2 * (1 << 20)));
        assertThatThrownBy(() -> addGroups(function, keyLength, rows, (long) (megabytes / 2 * (1 << 20))))
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(FailureCode.LIMIT_EXCEEDED))
                .hasMessageContaining("aggregate 'by_key' needs more than");
    }

    private static void addGroups(Function function, int keyLength, int rows, long mostBytes) {
        Schema schema = new Schema(List.of(
                new Field("key", ColumnType.of(ColumnType.Kind.STRING), false),
                new Field("x", ColumnType.of(ColumnType.Kind.INT64), false)));
        Measure measure = new Measure("m", function, function == Function.COUNT ? null : "x", 0.5, List.of());
        Aggregation aggregation = Aggregation.compile(
                List.of(new AggregateDefinition("by_key", List.of("key"), List.of(measure))),
                schema,
                NONE,
                1000,
                mostBytes);
        AggregateState state = aggregation.newState();
        byte[][] keys = IntStream.range(0, 200)
                .mapToObj(group -> String.format("%0" + keyLength + "d", group).getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        RecordBatch outputs = new RecordBatch(NONE, 1000);
        outputs.rows(1000);
        for (int from = 0; from < rows; from += 1000) {
            RecordBatch batch = new RecordBatch(schema, 1000);
            batch.clear(from);
            for (int row = 0; row < 1000; row++) {
                ((BytesColumn) batch.column(0)).append(row, keys[(from + row) % keys.length]);
                ((LongColumn) batch.column(1)).values()[row] = from + row;
            }
            batch.rows(1000);
            state.add(new ScoredBatch(batch, outputs, RecordBatch.over(NONE, List.of()), 0));
        }
        // A state that was stored and merged takes about as much.
        aggregation.newState().merge(aggregation.fromBytes(state.toBytes()));
    }
}
