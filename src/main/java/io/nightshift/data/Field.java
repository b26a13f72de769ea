package io.nightshift.data;

/**
 * A named column of a schema.
 *
 * @param name the column's name; a leaf of a struct is named by its dotted path
 * @param nullable whether rows may lack a value
 */
public record Field(String name, ColumnType type, boolean nullable) {

    @Override
    public String toString() {
        return name + " " + type + (nullable ? "" : " not null");
    }
}
