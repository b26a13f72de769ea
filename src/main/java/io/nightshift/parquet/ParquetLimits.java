package io.nightshift.parquet;

/**
 * What a Parquet file may ask of this process; more is refused with LIMIT_EXCEEDED before the memory is taken. A file of
 * two kilobytes can claim hundreds of millions of rows or of megabytes, so sizes are limited by themselves and against
 * the bytes that are really there.
 *
 * @param footerBytes size of the footer
 * @param columns leaf columns
 * @param rowGroups row groups of a file
 * @param rowsPerFile rows
 * @param rowsPerByte rows for each byte of a file that has more than a million rows
 * @param decodedBytesPerRowGroup bytes that the pages read from one row group decompress to
 * @param decodedRatio decompressed bytes for each compressed byte of a column chunk that decompresses to more than 64 MiB
 * @param pageBytes decompressed bytes of one page
 * @param stringBytes bytes of one string
 * @param batchBytes bytes of one string column in one record batch
 */
public record ParquetLimits(
        int footerBytes,
        int columns,
        int rowGroups,
        long rowsPerFile,
        long rowsPerByte,
        long decodedBytesPerRowGroup,
        long decodedRatio,
        int pageBytes,
        int stringBytes,
        int batchBytes) {

    private static final int MIB = 1 << 20;
    private static final int HUNDRED_THOUSAND = 100_000;

    public static ParquetLimits defaults() {
        return new ParquetLimits(
                16 * MIB,
                10_000,
                HUNDRED_THOUSAND,
                100_000L * HUNDRED_THOUSAND,
                1_000,
                8L * 1024 * MIB,
                1_000,
                128 * MIB,
                MIB,
                128 * MIB);
    }
}
