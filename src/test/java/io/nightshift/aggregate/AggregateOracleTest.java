package io.nightshift.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.Seed;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.job.AggregateDefinition;
import io.nightshift.job.AggregateDefinition.Function;
import io.nightshift.job.AggregateDefinition.Measure;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Every function over every column type, by groups of no, one and several columns, against lists and BigDecimal. */
class AggregateOracleTest {

    private static final MathContext PRECISE = new MathContext(80);
    /** More digits than lie between the largest and the smallest double: a mean that is a little beside a tie stays there. */
    private static final MathContext EXACT = new MathContext(800);

    private static final double[] BUCKETS = {-1.5, 0.0, 100.25};
    private static final double AT = 0.5;

    private RandomRows rows = RandomRows.of(new Random(0), 0, 1);
    private RecordBatch all = RecordBatch.over(new Schema(List.of()), List.of());
    private String seed = "";

    private static List<AggregateDefinition> definitions() {
        List<Measure> measures = new ArrayList<>();
        measures.add(new Measure("rows", Function.COUNT, null, null, List.of()));
        RandomRows.TYPES.forEach((column, type) -> {
            for (Function function : Function.values()) {
                if (MeasurePlan.takes(function, type)) {
                    List<Double> buckets = function == Function.HISTOGRAM
                            ? Arrays.stream(BUCKETS).boxed().toList()
                            : List.of();
                    measures.add(new Measure(function + "-" + column, function, column, AT, buckets));
                }
            }
        });
        return List.of(
                new AggregateDefinition("all", List.of(), measures),
                new AggregateDefinition("one", List.of("c_float64"), measures),
                new AggregateDefinition("two", List.of("c_string", "c_decimal_wide"), measures),
                new AggregateDefinition("three", List.of("c_boolean", "c_float32", "c_uint64"), measures));
    }

    @RepeatedTest(4)
    void everyMeasureEqualsThePlainComputation() {
        Seed next = Seed.next();
        seed = next.toString();
        Random random = next.random();
        rows = RandomRows.of(random, random.nextInt(2000), random.nextBoolean() ? 0 : 4);
        all = rows.batch(0, rows.size(), false).input();
        Aggregation aggregation = Aggregation.compile(definitions(), RandomRows.schema(), new Schema(List.of()));
        AggregateState state = aggregation.newState();
        for (int at = 0; at < rows.size(); ) {
            int end = Math.min(rows.size(), at + 1 + random.nextInt(500));
            AggregateState partition = aggregation.newState();
            partition.add(rows.batch(at, end, random.nextBoolean()));
            state.merge(aggregation.fromBytes(partition.toBytes()));
            at = end;
        }
        for (AggregateDefinition definition : definitions()) {
            RecordBatch result = state.results().stream()
                    .filter(table -> table.name().equals(definition.name()))
                    .findFirst()
                    .orElseThrow()
                    .rows();
            compare(definition, result);
        }
    }

    /** Groups by the text of their columns; a null is a group of its own, so is NaN, and -0.0 is 0.0. */
    private Map<List<@Nullable String>, List<Integer>> groups(AggregateDefinition definition) {
        Map<List<@Nullable String>, List<Integer>> groups = new LinkedHashMap<>();
        if (definition.groupBy().isEmpty()) {
            groups.put(List.of(), new ArrayList<>());
        }
        for (int row = 0; row < rows.size(); row++) {
            List<@Nullable String> key = new ArrayList<>();
            for (String column : definition.groupBy()) {
                key.add(zero(all.column(column).text(row)));
            }
            groups.computeIfAbsent(key, any -> new ArrayList<>()).add(row);
        }
        return groups;
    }

    private static @Nullable String zero(@Nullable String text) {
        return "-0.0".equals(text) ? "0.0" : text;
    }

    private void compare(AggregateDefinition definition, RecordBatch result) {
        Map<List<@Nullable String>, List<Integer>> groups = groups(definition);
        assertThat(result.rows())
                .as("%s, groups of %s", seed, definition.name())
                .isEqualTo(groups.size());
        for (int row = 0; row < result.rows(); row++) {
            List<@Nullable String> key = new ArrayList<>();
            for (String column : definition.groupBy()) {
                key.add(result.column(column).text(row));
            }
            List<Integer> members = groups.get(key);
            assertThat(members)
                    .as("%s, group %s of %s", seed, key, definition.name())
                    .isNotNull();
            for (Measure measure : definition.measures()) {
                compare(measure, Objects.requireNonNull(members), result, row, definition.name() + key);
            }
        }
    }

    private void compare(Measure measure, List<Integer> members, RecordBatch result, int row, String group) {
        String what = seed + ", " + measure.name() + " of " + group;
        String column = measure.column();
        if (column == null) {
            assertThat(result.column(measure.name()).text(row)).as(what).isEqualTo("" + members.size());
            return;
        }
        ColumnType type = Objects.requireNonNull(RandomRows.TYPES.get(column));
        List<Integer> valued = members.stream()
                .filter(member -> {
                    String text = all.column(column).text(member);
                    return text != null && !text.equals("NaN");
                })
                .toList();
        if (measure.function() == Function.HISTOGRAM) {
            long[] counts = new long[BUCKETS.length + 1];
            valued.forEach(member -> counts[bucket(number(column, type, member))]++);
            for (int bucket = 0; bucket < counts.length; bucket++) {
                assertThat(result.column(measure.name() + "_" + bucket).text(row))
                        .as(what)
                        .isEqualTo("" + counts[bucket]);
            }
            return;
        }
        String text = result.column(measure.name()).text(row);
        switch (measure.function()) {
            case COUNT -> assertThat(text).as(what).isEqualTo("" + valued.size());
            case DISTINCT -> {
                int exact = new HashSet<>(valued.stream()
                                .map(member -> zero(all.column(column).text(member)))
                                .toList())
                        .size();
                assertThat((double) Long.parseLong(Objects.requireNonNull(text)))
                        .as(what)
                        .isCloseTo(exact, within(Math.max(0.5, exact * 0.08)));
            }
            default -> {
                int least = measure.function() == Function.STDDEV ? 2 : 1;
                if (valued.size() < least) {
                    assertThat(text).as(what).isNull();
                } else {
                    compareValue(measure.function(), column, type, valued, Objects.requireNonNull(text), what);
                }
            }
        }
    }

    private void compareValue(
            Function function, String column, ColumnType type, List<Integer> valued, String text, String what) {
        Comparator<Integer> order = order(column, type);
        switch (function) {
            case MIN, MAX -> {
                int extreme = (function == Function.MIN
                                ? valued.stream().min(order)
                                : valued.stream().max(order))
                        .orElseThrow();
                assertThat(text).as(what).isEqualTo(zero(all.column(column).text(extreme)));
            }
            case QUANTILE -> {
                List<String> sorted = valued.stream()
                        .sorted(order)
                        .map(member ->
                                Objects.requireNonNull(zero(all.column(column).text(member))))
                        .toList();
                assertThat(sorted).as(what).contains(text);
                double slack = 0.03 * sorted.size() + 1;
                assertThat((double) sorted.indexOf(text)).as(what).isLessThanOrEqualTo(AT * sorted.size() + slack);
                assertThat((double) sorted.lastIndexOf(text))
                        .as(what)
                        .isGreaterThanOrEqualTo(AT * sorted.size() - slack);
            }
            default -> compareNumber(function, column, type, valued, text, what);
        }
    }

    private void compareNumber(
            Function function, String column, ColumnType type, List<Integer> valued, String text, String what) {
        List<BigDecimal> numbers =
                valued.stream().map(member -> number(column, type, member)).toList();
        BigDecimal count = BigDecimal.valueOf(numbers.size());
        BigDecimal sum = numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        boolean floating = type.kind() == Kind.FLOAT32 || type.kind() == Kind.FLOAT64;
        switch (function) {
            case SUM -> {
                if (floating) {
                    assertThat(Double.parseDouble(text)).as(what).isEqualTo(sum.doubleValue());
                } else {
                    assertThat(new BigDecimal(text)).as(what).isEqualByComparingTo(sum);
                }
            }
            case MEAN ->
                assertThat(Double.parseDouble(text))
                        .as(what)
                        .isEqualTo(sum.divide(count, EXACT).doubleValue());
            case SHARE_ABOVE -> {
                long above = numbers.stream()
                        .filter(number -> number.compareTo(new BigDecimal(AT)) > 0)
                        .count();
                assertThat(Double.parseDouble(text)).as(what).isEqualTo((double) above / numbers.size());
            }
            case STDDEV -> {
                BigDecimal squares = numbers.stream()
                        .map(number -> number.multiply(number))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                double exact = squares.multiply(count)
                        .subtract(sum.multiply(sum))
                        .divide(count.multiply(count.subtract(BigDecimal.ONE)), PRECISE)
                        .sqrt(PRECISE)
                        .doubleValue();
                assertThat(Double.parseDouble(text)).as(what).isCloseTo(exact, within(2 * Math.ulp(exact)));
            }
            default -> throw new AssertionError(function);
        }
    }

    private static int bucket(BigDecimal number) {
        int bucket = 0;
        for (double bound : BUCKETS) {
            bucket += number.compareTo(new BigDecimal(bound)) >= 0 ? 1 : 0;
        }
        return bucket;
    }

    private BigDecimal number(String column, ColumnType type, int row) {
        Object value = Objects.requireNonNull(rows.value(row, column));
        return switch (type.kind()) {
            case BOOLEAN -> (Boolean) value ? BigDecimal.ONE : BigDecimal.ZERO;
            case FLOAT32 -> new BigDecimal((Float) value);
            case FLOAT64 -> new BigDecimal((Double) value);
            case UINT64 -> new BigDecimal(Long.toUnsignedString((Long) value));
            case DECIMAL ->
                value instanceof byte[] bytes
                        ? new BigDecimal(new BigInteger(bytes), type.scale())
                        : BigDecimal.valueOf((Long) value, type.scale());
            default -> new BigDecimal(value.toString());
        };
    }

    /** Texts and UUIDs by their bytes, everything else by its number. */
    private Comparator<Integer> order(String column, ColumnType type) {
        if (type.kind() == Kind.STRING || type.kind() == Kind.UUID) {
            return (a, b) -> Arrays.compareUnsigned(bytes(rows.value(a, column)), bytes(rows.value(b, column)));
        }
        return Comparator.comparing(row -> number(column, type, row));
    }

    private static byte[] bytes(@Nullable Object value) {
        return value instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : (byte[]) Objects.requireNonNull(value);
    }

    @Test
    void aSumOfMoreDigitsThanADecimalHoldsIsRefused() {
        Schema schema = new Schema(List.of(new Field("amount", ColumnType.decimal(38, 0), false)));
        RecordBatch batch = new RecordBatch(schema, 2);
        batch.clear(0);
        BytesColumn amounts = (BytesColumn) batch.column(0);
        for (int row = 0; row < 2; row++) {
            amounts.append(row, new BigInteger("9".repeat(38)).toByteArray());
        }
        batch.rows(2);
        RecordBatch outputs = new RecordBatch(new Schema(List.of()), 2);
        outputs.rows(2);
        Measure sum = new Measure("total", Function.SUM, "amount", null, List.of());
        Measure mean = new Measure("mean", Function.MEAN, "amount", null, List.of());
        RecordBatch none = RecordBatch.over(new Schema(List.of()), List.of());

        AggregateState means = Aggregation.compile(
                        List.of(new AggregateDefinition("a", List.of(), List.of(mean))), schema, new Schema(List.of()))
                .newState();
        means.add(new ScoredBatch(batch, outputs, none, 0));
        assertThat(means.results().get(0).rows().column("mean").text(0)).isEqualTo("1.0E38");

        AggregateState sums = Aggregation.compile(
                        List.of(new AggregateDefinition("a", List.of(), List.of(sum))), schema, new Schema(List.of()))
                .newState();
        sums.add(new ScoredBatch(batch, outputs, none, 0));
        assertThatThrownBy(sums::results)
                .hasMessageContaining("measure 'total' is 1" + "9".repeat(37) + "8, more than its type decimal(38,0)")
                .extracting("code")
                .isEqualTo(FailureCode.LIMIT_EXCEEDED);
    }
}
