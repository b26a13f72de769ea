package io.nightshift.definition;

import io.nightshift.failure.Problem;

/**
 * Where a value was written.
 *
 * @param file the file as the user named it, or the command line option that gave the value
 * @param line from 1; 0 where there is no line
 * @param column from 1; 0 where there is no column
 * @param path the value's keys from the document's root, such as {@code source.parquet.where[0].column}; empty for the root
 */
public record Place(String file, int line, int column, String path) {

    /** A value that came from a command line option instead of a file. */
    public static Place ofOption(String option, String path) {
        return new Place(option, 0, 0, path);
    }

    /** A problem here; the message starts with the path where there is one. */
    public Problem problem(String message) {
        return new Problem(file, line, column, path.isEmpty() ? message : path + ": " + message);
    }

    Place item(int index, int itemLine, int itemColumn) {
        return new Place(file, itemLine, itemColumn, path + "[" + index + "]");
    }

    Place key(String key, int keyLine, int keyColumn) {
        return new Place(file, keyLine, keyColumn, path.isEmpty() ? key : path + "." + key);
    }
}
