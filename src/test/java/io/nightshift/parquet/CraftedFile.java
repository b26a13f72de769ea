package io.nightshift.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/** A file of one row group and one required string column {@code s}, whose numbers may lie. */
final class CraftedFile {

    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    private final CompressionCodec codec;
    private final Encoding encoding;
    private long decodedSize;

    CraftedFile(CompressionCodec codec, Encoding encoding) {
        this.codec = codec;
        this.encoding = encoding;
    }

    CraftedFile dictionary(int values, int decodedSize, byte[] body) {
        PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, decodedSize, body.length);
        header.setDictionary_page_header(new DictionaryPageHeader(values, Encoding.PLAIN));
        return page(header, body);
    }

    CraftedFile data(int values, int decodedSize, byte[] body) {
        PageHeader header = new PageHeader(PageType.DATA_PAGE, decodedSize, body.length);
        header.setData_page_header(new DataPageHeader(values, encoding, Encoding.RLE, Encoding.RLE));
        return page(header, body);
    }

    CraftedFile page(PageHeader header, byte[] body) {
        try {
            Util.writePageHeader(header, chunk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        decodedSize += header.getUncompressed_page_size();
        chunk.writeBytes(body);
        return this;
    }

    Path write(Path file, long rows) {
        List<SchemaElement> schema = new ArrayList<>();
        schema.add(new SchemaElement("m").setNum_children(1));
        schema.add(new SchemaElement("s")
                .setType(Type.BYTE_ARRAY)
                .setRepetition_type(FieldRepetitionType.REQUIRED)
                .setConverted_type(ConvertedType.UTF8));
        ColumnMetaData metadata = new ColumnMetaData(
                Type.BYTE_ARRAY,
                List.of(Encoding.PLAIN, encoding),
                List.of("s"),
                codec,
                rows,
                decodedSize,
                chunk.size(),
                4);
        ColumnChunk column = new ColumnChunk(4);
        column.setMeta_data(metadata);
        RowGroup rowGroup = new RowGroup(List.of(column), chunk.size(), rows);
        return write(file, chunk.toByteArray(), new FileMetaData(1, schema, rows, List.of(rowGroup)));
    }

    static Path write(Path file, byte[] pages, FileMetaData metadata) {
        ByteArrayOutputStream footer = new ByteArrayOutputStream();
        try {
            Util.writeFileMetaData(metadata, footer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return write(file, pages, footer.toByteArray());
    }

    static Path write(Path file, byte[] pages, byte[] footer) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(pages);
        all.writeBytes(footer);
        all.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footer.length)
                .array());
        all.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        try {
            return Files.write(file, all.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
