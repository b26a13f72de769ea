package io.nightshift.parquet;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import java.io.IOException;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;

/** Reads one column of a row group, from its first row to its last; then of the next row group. */
final class ColumnReader {

    private static final int LARGEST_DICTIONARY = 1 << 22;

    private final ParquetColumn column;
    private final ParquetLimits limits;
    private final ChunkPages pages;
    private final ColumnFiller filler;
    private final PlainValues plain;
    private final DeltaValues deltas = new DeltaValues();
    private final PlainValues dictionaryPlain;
    private final RunDecoder levels = new RunDecoder();
    private final int maxLevel;
    private int[] levelValues = new int[256];

    private @Nullable DictionaryValues dictionary;
    private @Nullable PageValues values;
    private long rowsLeft;
    private int leftInPage;
    private int unreadInPage;

    ColumnReader(ParquetColumn column, ColumnType source, ColumnType target, ParquetLimits limits, ChunkPages pages) {
        this.column = column;
        this.limits = limits;
        this.pages = pages;
        this.filler = ColumnFiller.of(column.stored(), source, target, limits);
        this.plain = new PlainValues(column.stored(), limits.stringBytes());
        this.dictionaryPlain = new PlainValues(column.stored(), limits.stringBytes());
        this.maxLevel = column.descriptor().getMaxDefinitionLevel();
    }

    ParquetColumn column() {
        return column;
    }

    ChunkPages pages() {
        return pages;
    }

    void reset(byte[] chunk, int start, int limit, ColumnChunkMetaData metadata, long rows) {
        pages.reset(chunk, start, limit, metadata);
        dictionary = null;
        values = null;
        rowsLeft = rows;
        leftInPage = 0;
        unreadInPage = 0;
    }

    /** Reads the next {@code count} rows to rows {@code from} and following of a column. */
    void read(Column into, int from, int count) throws IOException {
        int at = from;
        int end = from + count;
        while (at < end) {
            PageValues page = page();
            int rows = Math.min(end - at, leftInPage);
            int present = present(into, at, rows);
            filler.fill(page, into, at, rows, present);
            at += rows;
            leftInPage -= rows;
            rowsLeft -= rows;
            if (leftInPage == 0) {
                page.end();
            }
        }
        checkEnd();
    }

    /** Passes over the next {@code count} rows; pages that are passed over as a whole are not decompressed. */
    void skip(int count) throws IOException {
        int toSkip = count;
        rowsLeft -= count;
        while (toSkip > 0) {
            if (leftInPage == 0) {
                nextPage();
            }
            int rows = Math.min(toSkip, leftInPage);
            leftInPage -= rows;
            unreadInPage += rows;
            toSkip -= rows;
        }
        checkEnd();
    }

    /** Gives rows that a filter is going to remove a value that does no harm. */
    static void blank(Column into, int from, int count) {
        if (into instanceof BytesColumn bytes) {
            if (bytes.dictionary() != null) {
                java.util.Arrays.fill(bytes.ids(), from, from + count, 0);
            } else {
                for (int row = from; row < from + count; row++) {
                    bytes.appendNull(row);
                }
            }
        }
    }

    private void checkEnd() throws IOException {
        if (rowsLeft == 0 && leftInPage > 0) {
            throw new IOException("pages hold " + leftInPage + " rows more than the row group");
        }
    }

    /** The values of the page that holds the next row. */
    private PageValues page() throws IOException {
        if (leftInPage == 0) {
            nextPage();
        }
        PageValues page = values;
        if (page == null) {
            page = load();
            values = page;
        }
        if (unreadInPage > 0) {
            page.skip(skipLevels(unreadInPage));
            unreadInPage = 0;
        }
        return page;
    }

    private void nextPage() throws IOException {
        values = null;
        unreadInPage = 0;
        do {
            if (!pages.next()) {
                throw new IOException("the column chunk ends " + rowsLeft + " rows before the row group");
            }
            if (pages.isDictionary()) {
                readDictionary();
            } else {
                leftInPage = pages.valueCount();
            }
        } while (leftInPage == 0);
    }

    private void readDictionary() throws IOException {
        if (dictionary != null) {
            throw new IOException("a second dictionary");
        }
        Encoding encoding = pages.encoding();
        if (encoding != Encoding.PLAIN && encoding != Encoding.PLAIN_DICTIONARY) {
            throw new IOException("a dictionary in the encoding " + encoding);
        }
        pages.load(false);
        int count = pages.valueCount();
        int fixed = column.stored().fixedLength();
        int smallest = fixed > 0 ? fixed : Integer.BYTES;
        if (count > LARGEST_DICTIONARY || (long) count * smallest > pages.valuesLimit - pages.valuesFrom) {
            throw new IOException(
                    "a dictionary of " + count + " entries in " + (pages.valuesLimit - pages.valuesFrom) + " bytes");
        }
        dictionaryPlain.reset(pages.page, pages.valuesFrom, pages.valuesLimit);
        dictionary = new DictionaryValues(column.stored());
        dictionary.dictionary(dictionaryPlain, count);
    }

    private PageValues load() throws IOException {
        pages.load(maxLevel > 0);
        if (maxLevel > 0) {
            int width = Integer.SIZE - Integer.numberOfLeadingZeros(maxLevel);
            levels.reset(pages.page, pages.levelsFrom, pages.levelsLimit, width);
        }
        Encoding encoding = pages.encoding();
        if (encoding == Encoding.PLAIN) {
            plain.reset(pages.page, pages.valuesFrom, pages.valuesLimit);
            return plain;
        }
        if (encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY) {
            if (dictionary == null) {
                throw new IOException("a page without its dictionary");
            }
            dictionary.reset(pages.page, pages.valuesFrom, pages.valuesLimit);
            return dictionary;
        }
        if (pages.valuesFrom == pages.valuesLimit) {
            // Some writers leave out the encoding's header where all rows are null.
            plain.reset(pages.page, pages.valuesFrom, pages.valuesLimit);
            return plain;
        }
        if (encoding == Encoding.DELTA_BINARY_PACKED) {
            deltas.reset(pages.page, pages.valuesFrom, pages.valuesLimit, pages.valueCount());
            return deltas;
        }
        return new LibraryValues(
                encoding,
                column.descriptor(),
                pages.valueCount(),
                pages.page,
                pages.valuesFrom,
                pages.valuesLimit,
                limits.stringBytes());
    }

    /** Sets the nulls of the next rows and returns how many rows have a value. */
    private int present(Column into, int from, int rows) {
        if (maxLevel == 0) {
            return rows;
        }
        int present = levels.skipRepeated(maxLevel, rows);
        int rest = rows - present;
        if (rest > 0) {
            int first = from + present;
            readLevels(rest);
            for (int i = 0; i < rest; i++) {
                if (levelValues[i] == maxLevel) {
                    present++;
                } else {
                    into.setNull(first + i);
                }
            }
        }
        return present;
    }

    private int skipLevels(int rows) {
        if (maxLevel == 0) {
            return rows;
        }
        int present = levels.skipRepeated(maxLevel, rows);
        int rest = rows - present;
        readLevels(rest);
        for (int i = 0; i < rest; i++) {
            present += levelValues[i] == maxLevel ? 1 : 0;
        }
        return present;
    }

    private void readLevels(int count) {
        if (levelValues.length < count) {
            levelValues = new int[count];
        }
        levels.read(levelValues, 0, count);
        for (int i = 0; i < count; i++) {
            if (levelValues[i] > maxLevel) {
                throw new IllegalArgumentException("a definition level of " + levelValues[i] + "; at most " + maxLevel);
            }
        }
    }
}
