package io.nightshift.job;

/**
 * The run configuration: where and how a run computes.
 *
 * @param device where the model is loaded
 * @param threads workers; 0 for as many as there are cores
 * @param batchRows rows of a record batch
 * @param chunkRows rows of a chunk: a multiple of {@code batchRows}
 * @param memoryBytes most bytes that the run's batches and readers may take
 * @param runs most runs of the job that the service works on at once; 0 for what its configuration says
 */
public record ComputeDefinition(Device device, int threads, int batchRows, int chunkRows, long memoryBytes, int runs) {

    /** What the job asked for: {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:n}. */
    public record Device(Kind kind, int index) {

        public enum Kind {
            AUTO,
            CPU,
            GPU
        }
    }
}
