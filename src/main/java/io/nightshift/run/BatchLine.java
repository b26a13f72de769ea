package io.nightshift.run;

import io.nightshift.data.ScoredBatch;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a partition in their order, read and to be scored. For one thread, which asks for the batches of a chunk, then for what
 * scoring made of each, and writes them.
 */
interface BatchLine extends AutoCloseable {

    /** A batch that is read, and scored by the time that somebody asks. */
    interface Pending {

        /** What scoring made of it; kept until {@link BatchLine#written}. */
        ScoredBatch scored();
    }

    /** The next batch, or null at the partition's end. */
    @Nullable
    Pending next();

    /** Says that all batches so far are written: their room may be used again. */
    void written();

    /** Nanoseconds that were spent so far on reading. */
    long readNanos();

    /** Bytes read so far. */
    long bytesRead();

    /** Pages read so far that have no checksum. */
    long pagesWithoutChecksum();

    /** Ends whatever is under way. What it measured can be asked for afterwards. */
    @Override
    void close();
}
