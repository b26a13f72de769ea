package io.nightshift.parquet;

import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.jspecify.annotations.Nullable;

/** Turns a column's statistics into {@link ColumnBounds}; the smallest and largest value are decoded like any other. */
final class BoundsReader {

    private final PhysicalType stored;
    private final ColumnFiller filler;
    private final ColumnType target;
    private final ParquetLimits limits;

    BoundsReader(ParquetColumn column, ColumnType source, ColumnType target, ParquetLimits limits) {
        this.stored = column.stored();
        this.filler = ColumnFiller.of(stored, source, target, limits);
        this.target = target;
        this.limits = limits;
    }

    ColumnBounds ofRowGroup(@Nullable Statistics<?> statistics, long rows) {
        if (statistics == null || statistics.isEmpty()) {
            return new ColumnBounds(0, rows, false, null);
        }
        boolean onlyNulls = statistics.isNumNullsSet() && statistics.getNumNulls() == rows;
        Column range = statistics.hasNonNullValue()
                ? range(ByteBuffer.wrap(statistics.getMinBytes()), ByteBuffer.wrap(statistics.getMaxBytes()))
                : null;
        return new ColumnBounds(0, rows, onlyNulls, range);
    }

    List<ColumnBounds> ofPages(ColumnIndex values, OffsetIndex offsets, long rows) {
        List<ColumnBounds> pages = new ArrayList<>();
        List<Boolean> nullPages = values.getNullPages();
        for (int page = 0; page < offsets.getPageCount(); page++) {
            long first = offsets.getFirstRowIndex(page);
            long next = page + 1 < offsets.getPageCount() ? offsets.getFirstRowIndex(page + 1) : rows;
            boolean onlyNulls = nullPages.get(page);
            Column range = onlyNulls
                    ? null
                    : range(
                            values.getMinValues().get(page),
                            values.getMaxValues().get(page));
            pages.add(new ColumnBounds(first, next - first, onlyNulls, range));
        }
        return pages;
    }

    private @Nullable Column range(ByteBuffer smallest, ByteBuffer largest) {
        boolean lengths = stored.kind() == PhysicalType.Kind.BINARY;
        ByteBuffer page = ByteBuffer.allocate(2 * Integer.BYTES + smallest.remaining() + largest.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        if (stored.kind() == PhysicalType.Kind.BOOLEAN) {
            page.put((byte) (smallest.get(smallest.position()) | largest.get(largest.position()) << 1));
        } else {
            for (ByteBuffer value : List.of(smallest, largest)) {
                if (lengths) {
                    page.putInt(value.remaining());
                }
                page.put(value.duplicate());
            }
        }
        try {
            PlainValues values = new PlainValues(stored, limits.stringBytes());
            values.reset(page.array(), 0, page.position());
            Column range = target.newColumn(2);
            filler.fill(values, range, 0, 2, 2);
            values.end();
            range.size(2);
            return range;
        } catch (RuntimeException e) {
            // Bounds only save work. Where they make no sense, the rows themselves are read and checked.
            return null;
        }
    }
}
