package io.nightshift.parquet;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.storage.StoredFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** What a file's footer says of it, read back from storage. */
record FooterCheck(long rows, long bytes) {

    static FooterCheck of(StoredFile file) {
        try (ParquetFileReader reader = ParquetFileReader.open(
                new Input(file),
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
            return new FooterCheck(reader.getRecordCount(), file.size());
        } catch (IOException | RuntimeException e) {
            throw new NightshiftException(
                    FailureCode.DATA_CORRUPT,
                    "a file just written cannot be read back: " + e.getMessage() + "; it is not used",
                    file.path(),
                    e);
        }
    }

    private record Input(StoredFile file) implements InputFile {

        @Override
        public long getLength() {
            return file.size();
        }

        @Override
        public SeekableInputStream newStream() {
            return new Stream(file.open());
        }
    }

    private static final class Stream extends DelegatingSeekableInputStream {

        private final SeekableByteChannel channel;

        Stream(SeekableByteChannel channel) {
            super(Channels.newInputStream(channel));
            this.channel = channel;
        }

        @Override
        public long getPos() throws IOException {
            return channel.position();
        }

        @Override
        public void seek(long position) throws IOException {
            channel.position(position);
        }
    }
}
