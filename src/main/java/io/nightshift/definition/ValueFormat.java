package io.nightshift.definition;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a value is written: reads a node, and says the same in JSON Schema for editors and in words for people. Immutable.
 *
 * @param <T> what the node becomes
 */
public interface ValueFormat<T> {

    /** The value, or null after its problems were reported. */
    @Nullable
    T read(Node node, Problems problems);

    /** The JSON Schema of the value. */
    Map<String, Object> schema();

    /** What is allowed, in words that complete "is not ...". */
    String expected();

    /**
     * The same notation for another type.
     *
     * @param conversion throws IllegalArgumentException, saying what is allowed, for what it refuses
     */
    default <U> ValueFormat<U> as(Function<T, U> conversion) {
        ValueFormat<T> written = this;
        return new ValueFormat<>() {
            @Override
            public @Nullable U read(Node node, Problems problems) {
                T value = written.read(node, problems);
                if (value == null) {
                    return null;
                }
                try {
                    return conversion.apply(value);
                } catch (IllegalArgumentException e) {
                    String prefix = node instanceof Node.Scalar ? node.kind() + ": " : "";
                    problems.add(node.place(), prefix + e.getMessage());
                    return null;
                }
            }

            @Override
            public Map<String, Object> schema() {
                return written.schema();
            }

            @Override
            public String expected() {
                return written.expected();
            }

            @Override
            public ValueFormat<U> describedAs(String words) {
                return written.describedAs(words).as(conversion);
            }
        };
    }

    /** The same with another wording of what is allowed; scalars also say it in their messages. */
    default ValueFormat<T> describedAs(String expected) {
        ValueFormat<T> written = this;
        return new ValueFormat<>() {
            @Override
            public @Nullable T read(Node node, Problems problems) {
                return written.read(node, problems);
            }

            @Override
            public Map<String, Object> schema() {
                return new LinkedHashMap<>(written.schema());
            }

            @Override
            public String expected() {
                return expected;
            }
        };
    }
}
