package io.nightshift.write;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.DuplicateKeys;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.Fnv1a;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.parquet.RowGroupReader;
import io.nightshift.storage.Storages;
import java.util.List;

/** The key columns of written files, read again. */
final class WrittenKeys implements DuplicateKeys.Keys {

    private static final int BATCH_ROWS = 4096;

    private final Storages storages;
    private final Schema key;
    private final List<String> paths;

    WrittenKeys(Storages storages, Schema key, List<String> paths) {
        this.storages = storages;
        this.key = key;
        this.paths = paths;
    }

    @Override
    public void read(DuplicateKeys.Visitor visitor) {
        Row row = new Row(new RecordBatch(key, BATCH_ROWS));
        for (String path : paths) {
            row.path = path;
            read(ParquetFile.open(storages.of(path).file(path), ParquetLimits.defaults()), row, visitor);
        }
    }

    private void read(ParquetFile file, Row row, DuplicateKeys.Visitor visitor) {
        RecordBatch batch = row.batch;
        try (RowGroupReader reader = file.read(key)) {
            long first = 0;
            for (int group = 0; group < file.rowGroupCount(); group++) {
                reader.open(group);
                for (int done = 0; done < file.rows(group); done += batch.rows()) {
                    int count = Math.min(BATCH_ROWS, file.rows(group) - done);
                    batch.clear(first + done);
                    reader.read(batch, 0, count);
                    batch.rows(count);
                    for (row.number = 0; row.number < count; row.number++) {
                        visitor.visit(row.hash(), row);
                    }
                }
                first += file.rows(group);
            }
        }
    }

    private static final class Row implements DuplicateKeys.KeyRow {

        private final RecordBatch batch;
        private String path = "";
        private int number;

        Row(RecordBatch batch) {
            this.batch = batch;
        }

        long hash() {
            long hash = 0x9E37_79B9_7F4A_7C15L;
            for (int i = 0; i < batch.schema().size(); i++) {
                hash = DuplicateKeys.mixed(hash ^ value(batch.column(i), number));
            }
            return hash;
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < batch.schema().size(); i++) {
                text.append(i == 0 ? "" : ", ")
                        .append(batch.schema().field(i).name())
                        .append(" = ")
                        .append(batch.column(i).text(number));
            }
            return text.toString();
        }

        @Override
        public String place() {
            return path + " row " + batch.rowNumber(number);
        }
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

    private static long bytes(byte[] value) {
        return Fnv1a.of(value, 0, value.length);
    }
}
