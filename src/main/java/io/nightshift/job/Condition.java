package io.nightshift.job;

import java.util.List;

/**
 * A condition on one column. A null value meets none of the operators.
 *
 * @param column input column
 * @param operator how the column's value relates to the operands
 * @param operands text to be read as the column's type: one, or for {@link Operator#IN} one or more
 */
public record Condition(String column, Operator operator, List<String> operands) {

    public Condition {
        operands = List.copyOf(operands);
        if (operands.isEmpty() || (operator != Operator.IN && operands.size() != 1)) {
            throw new IllegalArgumentException(operator + " with " + operands.size() + " operands");
        }
    }

    /** In definition files: the lower case names, as keys beside {@code column}. */
    public enum Operator {
        /** At or above. */
        FROM,
        /** Above. */
        AFTER,
        /** At or below. */
        TO,
        /** Below. */
        BEFORE,
        EQUALS,
        IN
    }

    @Override
    public String toString() {
        return column + " " + operator.name().toLowerCase(java.util.Locale.ROOT) + " "
                + (operator == Operator.IN ? operands.toString() : operands.get(0));
    }
}
