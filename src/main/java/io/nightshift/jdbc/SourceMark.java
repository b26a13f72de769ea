package io.nightshift.jdbc;

/**
 * The moment against which a source's rows are compared later: how checksums are made, and since when rows are new.
 *
 * <p>For a table of PostgreSQL it is the oldest transaction that was still open, and the checksum adds up a hash of how much later than
 * it each row was written: rows of before count nothing, and a transaction's rows are all there once it has committed, so as long as checksum and row
 * count stay, no row was written or taken away. For everything else the checksum adds up a hash of each row's needed columns.
 *
 * @param transaction 0 where rows are hashed
 * @param table a hash of PostgreSQL's numbers of the table, its parts and its needed columns, which those of the same name made later do
 *     not have; 0 where rows are hashed
 */
public record SourceMark(long transaction, long table) {

    static final SourceMark HASHES = new SourceMark(0, 0);

    boolean hashes() {
        return table == 0;
    }
}
