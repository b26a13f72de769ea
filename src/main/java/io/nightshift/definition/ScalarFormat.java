package io.nightshift.definition;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value written as one scalar.
 *
 * @param parser throws IllegalArgumentException with the whole message for what it refuses
 */
record ScalarFormat<T>(String expected, Map<String, Object> schema, Function<Node.Scalar, T> parser)
        implements ValueFormat<T> {

    @Override
    public @Nullable T read(Node node, Problems problems) {
        if (!(node instanceof Node.Scalar scalar)) {
            problems.add(node.place(), node.kind() + " is not " + expected);
            return null;
        }
        try {
            return parser.apply(scalar);
        } catch (IllegalArgumentException e) {
            problems.add(node.place(), String.valueOf(e.getMessage()));
            return null;
        }
    }
}
