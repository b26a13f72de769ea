package io.nightshift.parquet;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one column chunk in order. A page is checked against its checksum and decompressed only when it is
 * {@linkplain #load loaded}, so that pages nobody needs cost their header alone.
 */
final class ChunkPages {

    private static final long DECODED_WITHOUT_QUESTION = 64L << 20;
    /** Bytes behind a page's end that {@link RunDecoder} may read (and ignore). */
    private static final int SLACK = Long.BYTES;

    private final ParquetLimits limits;
    private final Decompressor decompressor;
    private final CRC32 checksum = new CRC32();
    private byte[] decompressed = new byte[0];

    private byte[] chunk = new byte[0];
    private int chunkStart;
    private int chunkLimit;
    private int position;
    private @Nullable ColumnChunkMetaData metadata;
    private long decoded;
    private long pagesWithoutChecksum;

    private @Nullable PageHeader header;
    private int bodyStart;

    /** The loaded page: levels, then values. */
    byte[] page = new byte[0];

    int levelsFrom;
    int levelsLimit;
    int valuesFrom;
    int valuesLimit;

    ChunkPages(ParquetLimits limits, Decompressor decompressor) {
        this.limits = limits;
        this.decompressor = decompressor;
    }

    void reset(byte[] chunk, int start, int limit, ColumnChunkMetaData metadata) {
        this.chunk = chunk;
        this.chunkStart = start;
        this.position = start;
        this.chunkLimit = limit;
        this.metadata = metadata;
        this.decoded = 0;
        this.header = null;
    }

    /** Moves to the next data or dictionary page; false at the chunk's end. */
    boolean next() throws IOException {
        while (position < chunkLimit) {
            bodyStart = CompactCheck.struct(chunk, position, chunkLimit);
            PageHeader next = Util.readPageHeader(new ByteArrayInputStream(chunk, position, bodyStart - position));
            int length = next.getCompressed_page_size();
            if (length < 0 || length > chunkLimit - bodyStart || next.getUncompressed_page_size() < 0) {
                throw new IOException("a page of " + length + " bytes where the column chunk has "
                        + (chunkLimit - bodyStart) + " left");
            }
            position = bodyStart + length;
            header = next;
            if (next.getType() != PageType.INDEX_PAGE) {
                requireComplete(next);
                return true;
            }
        }
        header = null;
        return false;
    }

    private static void requireComplete(PageHeader header) throws IOException {
        boolean complete =
                switch (header.getType()) {
                    case DATA_PAGE -> header.isSetData_page_header();
                    case DATA_PAGE_V2 -> header.isSetData_page_header_v2();
                    case DICTIONARY_PAGE -> header.isSetDictionary_page_header();
                    case INDEX_PAGE -> true;
                };
        if (!complete) {
            throw new IOException("a page without the header of its type");
        }
    }

    boolean isDictionary() {
        return header().getType() == PageType.DICTIONARY_PAGE;
    }

    /** Values of the page, nulls included: the number of its rows, as columns are flat. */
    int valueCount() throws IOException {
        PageHeader page = header();
        int count =
                switch (page.getType()) {
                    case DATA_PAGE -> page.getData_page_header().getNum_values();
                    case DATA_PAGE_V2 -> page.getData_page_header_v2().getNum_values();
                    case DICTIONARY_PAGE -> page.getDictionary_page_header().getNum_values();
                    case INDEX_PAGE -> 0;
                };
        if (count < 0) {
            throw new IOException("a page of " + count + " values");
        }
        return count;
    }

    Encoding encoding() throws IOException {
        PageHeader page = header();
        org.apache.parquet.format.Encoding encoding =
                switch (page.getType()) {
                    case DATA_PAGE -> page.getData_page_header().getEncoding();
                    case DATA_PAGE_V2 -> page.getData_page_header_v2().getEncoding();
                    case DICTIONARY_PAGE -> page.getDictionary_page_header().getEncoding();
                    case INDEX_PAGE -> null;
                };
        if (encoding == null) {
            throw new IOException("a page without an encoding");
        }
        Encoding known = Encoding.valueOf(encoding.name());
        // A header is not covered by the page's checksum; the footer lists the encodings a second time.
        if (!isDictionary() && !metadata().getEncodings().contains(known)) {
            throw new IOException("a page with the encoding " + known + " that the footer does not list");
        }
        return known;
    }

    /** How many pages without a checksum were loaded, of all chunks so far. */
    long pagesWithoutChecksum() {
        return pagesWithoutChecksum;
    }

    long decodedBytes() {
        return decoded;
    }

    /**
     * @param hasLevels whether the column has definition levels
     */
    void load(boolean hasLevels) throws IOException {
        PageHeader page = header();
        int size = page.getUncompressed_page_size();
        countDecoded(size);
        verify(page);
        if (page.getType() == PageType.DATA_PAGE_V2) {
            loadSecondVersion(page, size);
            return;
        }
        decompress(bodyStart, position - bodyStart, size, metadata().getCodec());
        levelsFrom = valuesFrom;
        levelsLimit = valuesFrom;
        if (page.getType() == PageType.DATA_PAGE && hasLevels) {
            requireRunLengthLevels(page);
            int length = valuesLimit - valuesFrom < Integer.BYTES ? -1 : littleEndian(valuesFrom);
            levelsFrom = valuesFrom + Integer.BYTES;
            if (length < 0 || length > valuesLimit - levelsFrom) {
                throw new IOException("definition levels of " + length + " bytes in a page of " + size);
            }
            levelsLimit = levelsFrom + length;
            valuesFrom = levelsLimit;
        }
    }

    private static void requireRunLengthLevels(PageHeader page) throws IOException {
        if (page.getData_page_header().getDefinition_level_encoding() != org.apache.parquet.format.Encoding.RLE) {
            throw new IOException("definition levels in the encoding "
                    + page.getData_page_header().getDefinition_level_encoding());
        }
    }

    private void loadSecondVersion(PageHeader page, int size) throws IOException {
        DataPageHeaderV2 second = page.getData_page_header_v2();
        int repetition = second.getRepetition_levels_byte_length();
        int definition = second.getDefinition_levels_byte_length();
        long levels = (long) repetition + definition;
        if (repetition < 0 || definition < 0 || levels > position - bodyStart || levels > size) {
            throw new IOException("levels of " + levels + " bytes in a page of " + (position - bodyStart));
        }
        int valuesSize = size - (int) levels;
        int start = bodyStart + (int) levels;
        boolean compressed = !second.isSetIs_compressed() || second.isIs_compressed();
        // Levels are never compressed, so the page is put together in one array: levels, then values.
        decompress(
                start,
                position - start,
                valuesSize,
                compressed ? metadata().getCodec() : CompressionCodecName.UNCOMPRESSED);
        if (this.page == chunk) {
            levelsFrom = bodyStart + repetition;
            levelsLimit = start;
            return;
        }
        decompressed = ensure(decompressed, valuesSize + definition, valuesSize);
        this.page = decompressed;
        System.arraycopy(chunk, bodyStart + repetition, decompressed, valuesSize, definition);
        levelsFrom = valuesSize;
        levelsLimit = valuesSize + definition;
    }

    private void countDecoded(int size) {
        decoded += size;
        long chunkBytes = chunkLimit - chunkStart;
        if (size > limits.pageBytes()) {
            throw tooLarge("a page of " + size + " decompressed bytes; at most " + limits.pageBytes() + " are read");
        }
        if (decoded > DECODED_WITHOUT_QUESTION && decoded / limits.decodedRatio() > chunkBytes) {
            throw tooLarge(chunkBytes + " bytes that decompress to " + decoded + " and more; at most "
                    + limits.decodedRatio() + " times as many are read");
        }
    }

    private static NightshiftException tooLarge(String message) {
        return new NightshiftException(FailureCode.LIMIT_EXCEEDED, message);
    }

    private void verify(PageHeader page) throws IOException {
        if (!page.isSetCrc()) {
            pagesWithoutChecksum++;
            return;
        }
        checksum.reset();
        checksum.update(chunk, bodyStart, position - bodyStart);
        if ((int) checksum.getValue() != page.getCrc()) {
            throw new IOException("a page's bytes do not match its checksum");
        }
    }

    private void decompress(int start, int length, int size, CompressionCodecName codec) throws IOException {
        if (codec == CompressionCodecName.UNCOMPRESSED) {
            if (length != size) {
                throw new IOException("an uncompressed page of " + size + " bytes takes " + length);
            }
            page = chunk;
            valuesFrom = start;
            valuesLimit = start + size;
            return;
        }
        decompressed = ensure(decompressed, size, 0);
        if (size > 0) {
            decompressor.decompress(codec, chunk, start, length, decompressed, size);
        }
        page = decompressed;
        valuesFrom = 0;
        valuesLimit = size;
    }

    private static byte[] ensure(byte[] array, int size, int keep) {
        if (array.length >= size + SLACK) {
            return array;
        }
        byte[] larger = new byte[size + SLACK];
        System.arraycopy(array, 0, larger, 0, keep);
        return larger;
    }

    private int littleEndian(int at) {
        return page[at] & 0xff | (page[at + 1] & 0xff) << 8 | (page[at + 2] & 0xff) << 16 | page[at + 3] << 24;
    }

    private PageHeader header() {
        if (header == null) {
            throw new IllegalStateException("no page");
        }
        return header;
    }

    private ColumnChunkMetaData metadata() {
        if (metadata == null) {
            throw new IllegalStateException("no column chunk");
        }
        return metadata;
    }
}
