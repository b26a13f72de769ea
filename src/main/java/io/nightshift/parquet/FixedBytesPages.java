package io.nightshift.parquet;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;

/** Pages of values of one length in plain encoding: UUIDs, and decimals as sign-extended big-endian numbers. */
final class FixedBytesPages extends ColumnPages {

    private final int width;
    private final byte[] bytes;
    private final ByteBuffer page;

    FixedBytesPages(ColumnDescriptor descriptor) {
        super(descriptor);
        width = type().getTypeLength();
        bytes = new byte[PAGE_ROWS * width];
        page = ByteBuffer.wrap(bytes);
    }

    @Override
    void beginChunk() {}

    @Override
    int add(Column column, int from, int to) {
        BytesColumn values = (BytesColumn) column;
        for (int row = from; row < to; row++) {
            byte[] value = values.copy(row);
            if (value.length > width || value.length == 0) {
                throw new IllegalArgumentException(
                        "a value of " + value.length + " bytes in a column of " + width + ": " + type());
            }
            byte sign = value[0] < 0 ? (byte) -1 : 0;
            for (int i = value.length; i < width; i++) {
                page.put(sign);
            }
            page.put(value);
        }
        return to;
    }

    @Override
    int pageBytes() {
        return page.position();
    }

    @Override
    BytesInput encode() {
        return BytesInput.from(bytes, 0, page.position());
    }

    @Override
    Encoding encoding() {
        return Encoding.PLAIN;
    }

    @Override
    boolean fill(Statistics<?> statistics) {
        Binary least = value(0);
        Binary greatest = least;
        for (int from = width; from < page.position(); from += width) {
            Binary value = value(from);
            least = type().<Binary>comparator().compare(value, least) < 0 ? value : least;
            greatest = type().<Binary>comparator().compare(value, greatest) > 0 ? value : greatest;
        }
        statistics.updateStats(least);
        statistics.updateStats(greatest);
        return true;
    }

    private Binary value(int from) {
        return Binary.fromConstantByteArray(Arrays.copyOfRange(bytes, from, from + width));
    }

    @Override
    void beginPage() {
        page.clear();
    }
}
