package io.nightshift.failure;

/**
 * One mistake in a definition file.
 *
 * @param file the file as the user named it
 * @param line first line is 1; 0 where the problem has no line
 * @param column first column is 1; 0 where the problem has no column
 * @param message what is wrong, which value, what is allowed, and a "did you mean" where there is one
 */
public record Problem(String file, int line, int column, String message) implements Comparable<Problem> {

    /** {@code file:line:column}, shortened to what is known. */
    public String position() {
        if (line == 0) {
            return file;
        }
        return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }

    @Override
    public int compareTo(Problem other) {
        int byFile = file.compareTo(other.file);
        if (byFile != 0) {
            return byFile;
        }
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    @Override
    public String toString() {
        return position() + ": " + message;
    }
}
