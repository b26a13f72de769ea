package io.nightshift.jdbc;

import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides the rows of a source into ranges of its key with nearly the same number of rows, however the key is spread: keys are sampled,
 * the sample makes many narrow ranges, they are counted, and neighbours are joined. Nothing here compares keys: the
 * database does, in its own order. For one thread.
 */
final class KeySplitter {

    private static final int SAMPLE = 20_000;
    /** Rows of a page are often neighbours by their key as well: pages must be many for borders as good. */
    private static final int SAMPLE_IN_PAGES = 4 * SAMPLE;

    /** Of more keys than that, the share was too large: the rows are not as many as was thought. */
    static final int MOST_SAMPLED = 2 * SAMPLE_IN_PAGES;

    /** From how many times the sample on only some pages are read. */
    private static final int WORTH_PAGES = 10;

    private static final int SAMPLE_BATCH = 1024;
    /** Narrow ranges for each wide one: a border is off by half of a narrow one at most. */
    private static final int NARROW_PER_WIDE = 16;

    private static final int MOST_NARROW = 1024;

    private final DatabaseSource source;
    private final SourceStatements statements;
    private final RangeMeasure measuring;

    KeySplitter(DatabaseSource source, SourceStatements statements) {
        this.source = source;
        this.statements = statements;
        this.measuring = new RangeMeasure(source, statements);
    }

    /**
     * @param rows about
     * @param wanted at least one; fewer come out where the key has fewer values
     */
    List<KeyRange> split(Connection connection, long rows, int wanted) throws SQLException {
        if (wanted == 1 || statements.keyFields().isEmpty()) {
            return measuring.measure(connection, List.of(KeyRange.whole()));
        }
        int narrow = Math.max(wanted, Math.min(NARROW_PER_WIDE * wanted, MOST_NARROW));
        List<List<String>> borders = borders(sample(connection, rows), narrow);
        return joined(measuring.measure(connection, between(borders)), wanted);
    }

    /** Where the rows are many more than was thought, as in a table that nobody analysed, they are counted for a sample of all of them. */
    private List<List<String>> sample(Connection connection, long rows) throws SQLException {
        List<List<String>> keys = sampled(connection, rows);
        return keys.size() < MOST_SAMPLED ? keys : sampled(connection, RangeMeasure.count(connection, statements));
    }

    private List<List<String>> sampled(Connection connection, long rows) throws SQLException {
        boolean pages = !source.mark().hashes() && rows / WORTH_PAGES > SAMPLE_IN_PAGES;
        SqlFragment select = pages
                ? statements.samplePages((double) SAMPLE_IN_PAGES / rows, MOST_SAMPLED)
                : statements.sample(Math.min(1, (double) SAMPLE / rows), MOST_SAMPLED);
        List<List<String>> keys = new ArrayList<>();
        try (PreparedStatement sampling = connection.prepareStatement(select.sql())) {
            sampling.setFetchSize(SAMPLE_BATCH);
            select.bind(sampling, 1);
            try (ResultSet found = sampling.executeQuery()) {
                RecordBatch batch = new RecordBatch(statements.keySchema(), SAMPLE_BATCH);
                int count = fill(found, batch);
                while (count > 0) {
                    for (int row = 0; row < count; row++) {
                        keys.add(texts(batch, row));
                    }
                    count = fill(found, batch);
                }
            }
        }
        return keys;
    }

    private int fill(ResultSet found, RecordBatch batch) throws SQLException {
        batch.clear(0);
        int row = 0;
        while (row < batch.capacity() && found.next()) {
            for (int i = 0; i < batch.schema().size(); i++) {
                Field field = batch.schema().field(i);
                try {
                    StandardCells.of(field.type()).read(found, i + 1, batch.column(i), row);
                } catch (IllegalArgumentException e) {
                    throw source.keyRefused(field, String.valueOf(e.getMessage()));
                }
            }
            row++;
        }
        batch.rows(row);
        return row;
    }

    private static List<String> texts(RecordBatch batch, int row) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < batch.schema().size(); i++) {
            texts.add(String.valueOf(batch.column(i).text(row)));
        }
        return texts;
    }

    private static List<List<String>> borders(List<List<String>> sorted, int ranges) {
        List<List<String>> borders = new ArrayList<>();
        for (int i = 1; i < ranges && !sorted.isEmpty(); i++) {
            List<String> key = sorted.get((int) ((long) i * sorted.size() / ranges));
            if (borders.isEmpty() || !borders.get(borders.size() - 1).equals(key)) {
                borders.add(key);
            }
        }
        return borders;
    }

    private static List<KeyRange> between(List<List<String>> borders) {
        List<KeyRange> ranges = new ArrayList<>();
        List<String> from = List.of();
        for (List<String> border : borders) {
            ranges.add(new KeyRange(from, border, 0, "0"));
            from = border;
        }
        ranges.add(new KeyRange(from, List.of(), 0, "0"));
        return ranges;
    }

    /** Joins neighbours at the borders that are nearest to even shares. */
    private static List<KeyRange> joined(List<KeyRange> narrow, int wanted) {
        long total = narrow.stream().mapToLong(KeyRange::rows).sum();
        List<KeyRange> wide = new ArrayList<>();
        long before = 0;
        int first = 0;
        for (int i = 0; i < narrow.size(); i++) {
            long after = before + narrow.get(i).rows();
            long border = Math.round((double) total * (wide.size() + 1) / wanted);
            boolean last = i == narrow.size() - 1;
            boolean nearest = !last
                    && Math.abs(after - border)
                            <= Math.abs(after + narrow.get(i + 1).rows() - border);
            if (last || (nearest && wide.size() < wanted - 1)) {
                KeyRange range = join(narrow.subList(first, i + 1));
                if (range.rows() > 0 || last) {
                    wide.add(range);
                    first = i + 1;
                }
            }
            before = after;
        }
        return wide;
    }

    private static KeyRange join(List<KeyRange> ranges) {
        BigDecimal checksum =
                ranges.stream().map(range -> new BigDecimal(range.checksum())).reduce(BigDecimal.ZERO, BigDecimal::add);
        return new KeyRange(
                ranges.get(0).from(),
                ranges.get(ranges.size() - 1).to(),
                ranges.stream().mapToLong(KeyRange::rows).sum(),
                checksum.stripTrailingZeros().toPlainString());
    }
}
