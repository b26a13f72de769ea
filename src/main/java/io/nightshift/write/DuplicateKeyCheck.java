package io.nightshift.write;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.parquet.RowGroupReader;
import io.nightshift.storage.Storages;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Proves that no key occurs twice in written files by reading their key columns again: each pass takes the keys whose hash falls into its
 * share and sorts the hashes (at most about four million, 32 MB); keys of equal hash are then compared as text. Exact.
 */
final class DuplicateKeyCheck {

    private static final int HASHES_PER_PASS = 1 << 22;
    private static final int BATCH_ROWS = 4096;

    private final Storages storages;
    private final Schema key;
    private final List<String> paths;

    DuplicateKeyCheck(Storages storages, Schema key, List<String> paths) {
        this.storages = storages;
        this.key = key;
        this.paths = paths;
    }

    /** @throws NightshiftException DUPLICATE_KEY naming the key and both files and rows */
    void requireUnique(long rows) {
        int passes = (int) (rows / HASHES_PER_PASS + 1);
        for (int pass = 0; pass < passes; pass++) {
            requireUnique(rows, passes, pass);
        }
    }

    private void requireUnique(long rows, int passes, int pass) {
        Hashes hashes = new Hashes((int) Math.min(rows, HASHES_PER_PASS));
        read((batch, row, place, hash) -> {
            if (Math.floorMod(hash, passes) == pass) {
                hashes.add(hash);
            }
        });
        Set<Long> repeated = hashes.repeated();
        if (repeated.isEmpty()) {
            return;
        }
        Map<String, String> places = new HashMap<>();
        read((batch, row, place, hash) -> {
            if (repeated.contains(hash)) {
                String text = text(batch, row);
                String first = places.putIfAbsent(text, place + " row " + batch.rowNumber(row));
                if (first != null) {
                    throw new NightshiftException(
                            FailureCode.DUPLICATE_KEY,
                            "the key (" + text + ") occurs twice in the input: as " + first + " and as " + place
                                    + " row " + batch.rowNumber(row) + " of the staged results; a key names one row");
                }
            }
        });
    }

    private interface Visitor {
        void visit(RecordBatch batch, int row, String place, long hash);
    }

    private void read(Visitor visitor) {
        RecordBatch batch = new RecordBatch(key, BATCH_ROWS);
        for (String path : paths) {
            ParquetFile file = ParquetFile.open(storages.of(path).file(path), ParquetLimits.defaults());
            try (RowGroupReader reader = file.read(key)) {
                long first = 0;
                for (int group = 0; group < file.rowGroupCount(); group++) {
                    reader.open(group);
                    for (int done = 0; done < file.rows(group); done += batch.rows()) {
                        int count = Math.min(BATCH_ROWS, file.rows(group) - done);
                        batch.clear(first + done);
                        reader.read(batch, 0, count);
                        batch.rows(count);
                        for (int row = 0; row < count; row++) {
                            visitor.visit(batch, row, path, hash(batch, row));
                        }
                    }
                    first += file.rows(group);
                }
            }
        }
    }

    private long hash(RecordBatch batch, int row) {
        long hash = 0x9E37_79B9_7F4A_7C15L;
        for (int i = 0; i < key.size(); i++) {
            hash = mixed(hash ^ value(batch.column(i), row));
        }
        return hash;
    }

    private static long value(Column column, int row) {
        return switch (column.type().layout()) {
            case BOOLEAN -> ((BooleanColumn) column).values()[row] ? 1 : 0;
            case INT -> ((IntColumn) column).values()[row];
            case LONG -> ((LongColumn) column).values()[row];
            case FLOAT -> Float.floatToIntBits(((FloatColumn) column).values()[row]);
            case DOUBLE -> Double.doubleToLongBits(((DoubleColumn) column).values()[row]);
            case BYTES -> bytes(((BytesColumn) column).copy(row));
        };
    }

    /** FNV-1a, 64 bits. */
    private static long bytes(byte[] value) {
        long hash = 0xCBF2_9CE4_8422_2325L;
        for (byte each : value) {
            hash = (hash ^ (each & 0xFF)) * 0x100_0000_01B3L;
        }
        return hash;
    }

    /** The finaliser of MurmurHash3. */
    private static long mixed(long value) {
        long hash = (value ^ (value >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return hash ^ (hash >>> 33);
    }

    private String text(RecordBatch batch, int row) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < key.size(); i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(key.field(i).name())
                    .append(" = ")
                    .append(batch.column(i).text(row));
        }
        return text.toString();
    }

    /** Hashes of one pass, and which of them occur more than once. */
    private static final class Hashes {

        private long[] values;
        private int size;

        Hashes(int expected) {
            values = new long[Math.max(16, expected)];
        }

        void add(long hash) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = hash;
        }

        Set<Long> repeated() {
            Arrays.sort(values, 0, size);
            Set<Long> repeated = new HashSet<>();
            for (int i = 1; i < size; i++) {
                if (values[i] == values[i - 1]) {
                    repeated.add(values[i]);
                }
            }
            return repeated;
        }
    }
}
