package io.nightshift.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ordered, uniquely named columns of a table or batch. Immutable. */
public final class Schema {

    private final List<Field> fields;
    private final Map<String, Integer> indexes = new HashMap<>();

    /** @throws IllegalArgumentException for two fields of one name */
    public Schema(List<Field> fields) {
        this.fields = List.copyOf(fields);
        for (int i = 0; i < this.fields.size(); i++) {
            if (indexes.put(this.fields.get(i).name(), i) != null) {
                throw new IllegalArgumentException(
                        "two columns are named '" + this.fields.get(i).name() + "'");
            }
        }
    }

    public List<Field> fields() {
        return fields;
    }

    public Field field(int index) {
        return fields.get(index);
    }

    public int size() {
        return fields.size();
    }

    public boolean contains(String name) {
        return indexes.containsKey(name);
    }

    /** The position of a column, or -1. */
    public int indexOf(String name) {
        return indexes.getOrDefault(name, -1);
    }

    public List<String> names() {
        return fields.stream().map(Field::name).toList();
    }

    /** The schema of some of these columns, in the order asked for. */
    public Schema select(List<String> names) {
        return new Schema(names.stream().map(name -> fields.get(require(name))).toList());
    }

    /** @throws IllegalArgumentException where there is no such column */
    public int require(String name) {
        int index = indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("no column '" + name + "' in " + names());
        }
        return index;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Schema schema && fields.equals(schema.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
