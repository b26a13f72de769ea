package io.nightshift.jdbc;

import io.nightshift.data.Column;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Takes one column's value from the current row of a result set into a column's array, without an object where that can be. */
interface Cell {

    /**
     * @throws IllegalArgumentException saying what is wrong with a value that the column's type does not hold
     */
    void read(ResultSet rows, int index, Column column, int row) throws SQLException;
}
