package io.nightshift.aggregate;

import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbers the groups of one aggregate. Each column's values are numbered first; then the numbers of the first and second
 * column are numbered as pairs, those pairs with the third column, and so on. The last numbering is the group's.
 */
final class GroupTable {

    private final String aggregate;
    private final int limit;
    private final List<String> names;
    private final List<KeyColumn> columns = new ArrayList<>();
    private final List<LongTable> pairs = new ArrayList<>();
    private int[] groups = new int[0];
    private int[] codes = new int[0];

    GroupTable(String aggregate, List<String> names, List<ColumnType> types, int limit) {
        this.aggregate = aggregate;
        this.names = names;
        this.limit = limit;
        types.forEach(type -> columns.add(KeyColumn.of(type)));
        for (int i = 1; i < columns.size(); i++) {
            pairs.add(new LongTable());
        }
    }

    int size() {
        if (columns.isEmpty()) {
            return 1;
        }
        return pairs.isEmpty()
                ? columns.get(0).size()
                : pairs.get(pairs.size() - 1).size();
    }

    /** About how many bytes of memory the groups' values and numbers take. */
    long bytes() {
        long bytes = 0;
        for (KeyColumn column : columns) {
            bytes += column.bytes();
        }
        for (LongTable table : pairs) {
            bytes += table.bytes();
        }
        return bytes;
    }

    /** The group of each row; the array is used again for the next batch. */
    int[] groups(ScoredBatch batch) {
        int rows = batch.predicted();
        if (groups.length < rows) {
            groups = new int[rows];
            codes = new int[rows];
        }
        for (int i = 0; i < columns.size(); i++) {
            Column column = batch.column(names.get(i));
            if (i == 0) {
                columns.get(0).encode(column, rows, groups);
            } else {
                columns.get(i).encode(column, rows, codes);
                pair(pairs.get(i - 1), rows);
            }
        }
        checkLimit();
        return groups;
    }

    private void pair(LongTable table, int rows) {
        long last = -1;
        int group = 0;
        for (int row = 0; row < rows; row++) {
            long key = (long) groups[row] << Integer.SIZE | codes[row];
            if (key != last) {
                last = key;
                group = table.id(key);
            }
            groups[row] = group;
        }
    }

    private void checkLimit() {
        if (size() > limit) {
            throw new NightshiftException(
                    FailureCode.LIMIT_EXCEEDED,
                    "aggregate '" + aggregate + "' has more than " + limit + " groups by " + names
                            + "; group by columns with fewer values. The run's results are not published");
        }
    }

    /** The code of a column's value in a group. */
    private int code(int group, int column) {
        int left = group;
        for (int i = columns.size() - 1; i > 0; i--) {
            long pair = pairs.get(i - 1).key(left);
            if (i == column) {
                return (int) pair;
            }
            left = (int) (pair >>> Integer.SIZE);
        }
        return left;
    }

    /** The group here of every group of the other table. */
    int[] adopt(GroupTable other) {
        int[] mapping = new int[other.size()];
        for (int group = 0; group < mapping.length; group++) {
            int here = 0;
            for (int i = 0; i < columns.size(); i++) {
                here = join(i, here, columns.get(i).adopt(other.columns.get(i), other.code(group, i)));
            }
            mapping[group] = here;
        }
        checkLimit();
        return mapping;
    }

    private int join(int column, int left, int code) {
        return column == 0 ? code : pairs.get(column - 1).id((long) left << Integer.SIZE | code);
    }

    void write(StateWriter out) {
        int size = size();
        out.number(size);
        for (int group = 0; group < size; group++) {
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).write(code(group, i), out);
            }
        }
    }

    /** Fills an empty table; groups get the numbers they had. */
    void read(StateReader in) {
        int size = columns.isEmpty() ? in.number(1, 1, "the number of groups") : in.count("the number of groups");
        for (int group = 0; group < size; group++) {
            int here = 0;
            for (int i = 0; i < columns.size(); i++) {
                here = join(i, here, columns.get(i).read(in));
            }
            if (here != group) {
                throw StateReader.damaged("group " + group + " of aggregate '" + aggregate + "' appears twice");
            }
        }
    }

    /** All groups sorted by their values, column by column, nulls first. */
    int[] sorted() {
        Comparator<Integer> order = (left, right) -> {
            for (int i = 0; i < columns.size(); i++) {
                int byColumn = columns.get(i).compare(code(left, i), code(right, i));
                if (byColumn != 0) {
                    return byColumn;
                }
            }
            return 0;
        };
        return IntStream.range(0, size())
                .boxed()
                .sorted(order)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The values of one column for the given groups. */
    Column values(int column, int[] order) {
        KeyColumn keys = columns.get(column);
        Column values = keys.type.newColumn(order.length);
        for (int row = 0; row < order.length; row++) {
            int code = code(order[row], column);
            if (code == keys.nullCode) {
                FixedBits.putNull(values, row);
            } else {
                keys.decode(code, values, row);
            }
        }
        values.size(order.length);
        return values;
    }
}
