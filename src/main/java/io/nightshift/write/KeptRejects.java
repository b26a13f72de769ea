package io.nightshift.write;

import io.nightshift.data.Column;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.data.Schema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rejects of one partition in the order of their rows, a page at a time: what finds them again in the input. For one
 * thread; close it.
 */
public final class KeptRejects implements AutoCloseable {

    private static final int PAGE_ROWS = 4096;

    /** Where pages come from. */
    interface Pages extends AutoCloseable {

        Pages NONE = (from, page) -> page.rows(0);

        /** Fills an empty batch with the next rows, the first of which has at least the number {@code from}; none at the end. */
        void fill(long from, RecordBatch page);

        @Override
        default void close() {}
    }

    private final Pages pages;
    private final RecordBatch page;
    private final int position;
    private int next;
    private boolean read;

    KeptRejects(Schema places, Pages pages) {
        this.pages = pages;
        this.page = new RecordBatch(places, PAGE_ROWS);
        this.position = places.require(RejectColumns.ROW);
    }

    /** The number in its partition of the reject in hand; {@code Long.MAX_VALUE} behind the last. */
    public long row() {
        if (!read || next == page.rows() && page.rows() > 0) {
            fill(page.rows() == 0 ? 0 : rowOf(page.rows() - 1) + 1);
        }
        return page.rows() == 0 ? Long.MAX_VALUE : rowOf(next);
    }

    private void fill(long from) {
        page.clear(0);
        pages.fill(from, page);
        read = true;
        next = 0;
    }

    private long rowOf(int index) {
        return ((LongColumn) page.column(position)).values()[index];
    }

    /** Goes on to the next reject. */
    public void advance() {
        next++;
    }

    /**
     * The first column of the key in which a row of the input differs from the reject in hand, in words; null where it is
     * the same row. A key that was null then may have any value now.
     */
    public @Nullable String difference(RecordBatch input, int row) {
        for (int i = 0; i < page.schema().size(); i++) {
            String name = page.schema().field(i).name();
            Column then = page.column(i);
            if (i == position || then.isNull(next)) {
                continue;
            }
            Column now = input.column(name);
            if (!Objects.equals(then.text(next), now.text(row))) {
                return name + " was " + then.text(next) + " and is " + now.text(row);
            }
        }
        return null;
    }

    @Override
    public void close() {
        pages.close();
    }
}
