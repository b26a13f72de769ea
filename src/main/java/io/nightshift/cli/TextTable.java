package io.nightshift.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of text under headings, in columns as wide as their widest value; columns of numbers are set to the right. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(List<String> headings) {
        this.headings = List.copyOf(headings);
    }

    TextTable row(List<String> values) {
        rows.add(List.copyOf(values));
        return this;
    }

    String render() {
        int[] widths = IntStream.range(0, headings.size()).map(this::width).toArray();
        boolean[] numeric = new boolean[widths.length];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            numeric[i] = !rows.isEmpty() && rows.stream().allMatch(row -> isNumber(row.get(column)));
        }
        StringBuilder text = new StringBuilder(line(headings, widths, numeric));
        rows.forEach(row -> text.append('\n').append(line(row, widths, numeric)));
        return text.toString();
    }

    private int width(int column) {
        return Math.max(
                headings.get(column).length(),
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }

    private static boolean isNumber(String value) {
        return value.isEmpty() || value.matches("[-+]?[0-9][0-9,.]*([eE][-+]?[0-9]+)?%?|NaN|-?Infinity");
    }

    private static String line(List<String> values, int[] widths, boolean[] numeric) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - values.get(i).length());
            line.append(i == 0 ? "" : GAP).append(numeric[i] ? padding + values.get(i) : values.get(i) + padding);
        }
        return line.toString().stripTrailing();
    }
}
