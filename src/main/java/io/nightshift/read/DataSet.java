package io.nightshift.read;

import io.nightshift.data.Schema;
import java.util.List;
import java.util.Set;

/**
 * The rows behind a source, as they were when it was opened. One thread plans; then every worker opens readers of its own.
 * Closing it ends what the readers share.
 */
public interface DataSet extends AutoCloseable {

    /** The columns of its batches: the needed ones in the order asked for, then others that the source's conditions need. */
    Schema schema();

    /** How many bytes of the input a reader holds at once, at most. */
    long readerBytes();

    /** How many rows a partition has, about, at most. */
    long largestPartition();

    /**
     * Says how many partitions will be read at once, before any is: a source that others could close to later readers lets these in now.
     */
    default void expectReaders(int readers) {}

    /** Cuts the input into partitions. */
    Plan plan(int batchRows, int chunkRows, int threads);

    /** What the input is now, for a later attempt to compare. */
    InputFingerprint fingerprint(Plan plan);

    /**
     * Compares the input with what it was when a plan was made.
     *
     * @param planned the partitions of that plan
     * @throws io.nightshift.failure.NightshiftException INPUT_CHANGED saying what differs
     */
    void requireUnchanged(InputFingerprint then, List<Partition> planned);

    /**
     * Refuses an input whose rows cannot be at the places of a plan any more; their values may have changed. What can be seen
     * only by reading is left to the readers.
     *
     * @param planned all partitions of that plan
     * @param read the numbers of those that will be read
     * @throws io.nightshift.failure.NightshiftException INPUT_CHANGED saying what differs
     */
    void requireSamePlaces(List<Partition> planned, Set<Integer> read);

    /**
     * Opens a partition of a plan, from the start of a chunk on.
     *
     * @param fromChunk 0 for the whole partition; the partition's chunk count for nothing of it
     * @throws io.nightshift.failure.NightshiftException INPUT_CHANGED where the partition is not what it was when this data
     *     set was opened
     */
    PartitionReader open(Plan plan, Partition partition, int fromChunk);

    @Override
    void close();
}
