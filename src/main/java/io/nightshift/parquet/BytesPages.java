package io.nightshift.parquet;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.Dictionary;
import io.nightshift.parquet.FileDictionary.PlainBytes;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * Pages of strings. A chunk begins with ids into a dictionary of its own; when the dictionary grows too large or does
 * not pay, the page at hand and the rest of the chunk are plain.
 */
final class BytesPages extends ColumnPages {

    private static final int LARGEST_DICTIONARY_BYTES = 1 << 20;
    private static final Binary NONE = Binary.fromConstantByteArray(new byte[0]);

    private final FileDictionary dictionary = new FileDictionary();
    private final PlainBytes plain = new PlainBytes(PAGE_ROWS);
    private final RunEncoder runs = new RunEncoder();
    private final int[] ids = new int[PAGE_ROWS];
    /** The last page in which an id was seen, so that a value is compared once per page. */
    private int[] seenIn = new int[64];

    private int pageNumber = 1;
    private boolean usesDictionary = true;
    private boolean dictionaryWritten;
    private int idCount;
    private long variableBytes;
    private byte @Nullable [] least;
    private byte @Nullable [] greatest;

    BytesPages(ColumnDescriptor descriptor) {
        super(descriptor);
    }

    @Override
    void beginChunk() {
        dictionary.clear();
        Arrays.fill(seenIn, 0);
        usesDictionary = true;
        dictionaryWritten = false;
    }

    @Override
    int add(Column column, int from, int to) {
        BytesColumn values = (BytesColumn) column;
        Dictionary source = values.dictionary();
        if (!usesDictionary) {
            return source == null ? addPlain(values, from, to) : addPlain(source, values.ids(), from, to);
        }
        return source == null ? addLookedUp(values, from, to) : addTranslated(source, values.ids(), from, to);
    }

    private int addTranslated(Dictionary source, int[] sourceIds, int from, int to) {
        int[] translation = dictionary.translation(source);
        int row = from;
        while (row < to && pageBytes() < PAGE_BYTES) {
            if (pageBytes() + (long) (to - row) * (dictionary.longest() + Integer.BYTES) < PAGE_BYTES) {
                row = addKnown(translation, sourceIds, row, to);
            }
            if (row < to) {
                int id = translation[sourceIds[row]];
                addId(id >= 0 ? id : dictionary.learn(sourceIds[row]));
                row++;
            }
        }
        return row;
    }

    /** Adds rows that all fit, up to the first whose value is new. */
    private int addKnown(int[] translation, int[] sourceIds, int from, int to) {
        int[] pageIds = ids;
        int count = idCount;
        int row = from;
        while (row < to) {
            int id = translation[sourceIds[row]];
            if (id < 0) {
                break;
            }
            pageIds[count++] = id;
            row++;
        }
        see(count);
        return row;
    }

    /** Takes the ids up to a count into the page's bytes and bounds. */
    private void see(int count) {
        if (dictionary.size() > seenIn.length) {
            seenIn = Arrays.copyOf(seenIn, Math.max(dictionary.size(), seenIn.length * 2));
        }
        int[] seen = seenIn;
        int page = pageNumber;
        long bytes = variableBytes;
        for (int i = idCount; i < count; i++) {
            int id = ids[i];
            bytes += dictionary.length(id);
            if (seen[id] != page) {
                seen[id] = page;
                byte[] value = dictionary.value(id);
                compare(value, 0, value.length);
            }
        }
        variableBytes = bytes;
        idCount = count;
    }

    private int addLookedUp(BytesColumn values, int from, int to) {
        int[] offsets = values.offsets();
        byte[] bytes = values.bytes();
        int row = from;
        while (row < to && pageBytes() < PAGE_BYTES) {
            addId(dictionary.idOf(bytes, offsets[row], offsets[row + 1] - offsets[row]));
            row++;
        }
        return row;
    }

    private void addId(int id) {
        ids[idCount] = id;
        see(idCount + 1);
    }

    private int addPlain(BytesColumn values, int from, int to) {
        int[] offsets = values.offsets();
        byte[] bytes = values.bytes();
        int row = from;
        while (row < to && plain.size() < PAGE_BYTES) {
            addPlainValue(bytes, offsets[row], offsets[row + 1] - offsets[row]);
            row++;
        }
        return row;
    }

    private int addPlain(Dictionary source, int[] sourceIds, int from, int to) {
        int row = from;
        while (row < to && plain.size() < PAGE_BYTES) {
            byte[] value = source.bytes(sourceIds[row]);
            addPlainValue(value, 0, value.length);
            row++;
        }
        return row;
    }

    private void addPlainValue(byte[] bytes, int from, int length) {
        plain.append(bytes, from, length);
        variableBytes += length;
        compare(bytes, from, length);
    }

    private void compare(byte[] bytes, int from, int length) {
        int to = from + length;
        if (least == null || Arrays.compareUnsigned(bytes, from, to, least, 0, least.length) < 0) {
            least = Arrays.copyOfRange(bytes, from, to);
        }
        if (greatest == null || Arrays.compareUnsigned(bytes, from, to, greatest, 0, greatest.length) > 0) {
            greatest = Arrays.copyOfRange(bytes, from, to);
        }
    }

    /** In dictionary form the bytes of the same page in plain form, so that turning it plain keeps it small. */
    @Override
    int pageBytes() {
        return usesDictionary
                ? (int) Math.min(Integer.MAX_VALUE, variableBytes + (long) idCount * Integer.BYTES)
                : plain.size();
    }

    @Override
    BytesInput encode() throws IOException {
        if (!usesDictionary || idCount == 0) {
            return plain.toBytesInput();
        }
        BytesInput packed = encodeIds();
        boolean pays = dictionaryWritten || packed.size() + dictionary.plainBytes() < pageBytes();
        if (pays && dictionary.plainBytes() <= LARGEST_DICTIONARY_BYTES) {
            dictionaryWritten = true;
            return packed;
        }
        for (int i = 0; i < idCount; i++) {
            byte[] value = dictionary.value(ids[i]);
            plain.append(value, 0, value.length);
        }
        usesDictionary = false;
        return plain.toBytesInput();
    }

    private BytesInput encodeIds() {
        int bits = BytesUtils.getWidthFromMaxInt(Math.max(0, dictionary.size() - 1));
        return BytesInput.concat(BytesInput.from(new byte[] {(byte) bits}), runs.encode(ids, idCount, bits));
    }

    @Override
    Encoding encoding() {
        return usesDictionary && idCount > 0 ? Encoding.RLE_DICTIONARY : Encoding.PLAIN;
    }

    @Override
    boolean fill(Statistics<?> statistics) {
        statistics.updateStats(least == null ? NONE : Binary.fromConstantByteArray(least));
        statistics.updateStats(greatest == null ? NONE : Binary.fromConstantByteArray(greatest));
        return true;
    }

    @Override
    long variableBytes() {
        return variableBytes;
    }

    @Override
    void beginPage() {
        pageNumber++;
        idCount = 0;
        variableBytes = 0;
        plain.clear();
        least = null;
        greatest = null;
    }

    @Override
    void endChunk(PageWriter writer) throws IOException {
        if (dictionaryWritten) {
            writer.writeDictionaryPage(dictionary.toPage());
        }
    }
}
