package io.nightshift.write;

/**
 * A result file in its final place.
 *
 * @param path relative to the job's folder
 * @param sha256 of its bytes, hexadecimal
 */
public record FinishedFile(String path, long rows, long bytes, String sha256) {}
