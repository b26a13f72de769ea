package io.nightshift.definition;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A value of a document: text, a list or a mapping, with its place. Immutable. Nothing is typed before a format reads it. */
public sealed interface Node {

    Place place();

    /** What it is, for messages. */
    String kind();

    /** The same with every scalar replaced; places of lists and mappings stay. */
    Node mapScalars(UnaryOperator<Scalar> change);

    /**
     * @param text as written, without quotes
     * @param quoted whether it was in quotes or a block, and so is text whatever it looks like
     */
    record Scalar(Place place, String text, boolean quoted) implements Node {

        @Override
        public String kind() {
            return text.isEmpty() && !quoted ? "nothing" : "'" + shortened() + "'";
        }

        @Override
        public Node mapScalars(UnaryOperator<Scalar> change) {
            return change.apply(this);
        }

        private String shortened() {
            int longest = 60;
            return text.length() <= longest ? text : text.substring(0, longest) + "...";
        }
    }

    /** A list. */
    record Sequence(Place place, List<Node> items) implements Node {

        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }

        @Override
        public Node mapScalars(UnaryOperator<Scalar> change) {
            return new Sequence(
                    place, items.stream().map(item -> item.mapScalars(change)).toList());
        }
    }

    /** Unique keys in the order of the file. */
    record Mapping(Place place, Map<String, Entry> entries) implements Node {

        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String kind() {
            return "a mapping";
        }

        @Override
        public Mapping mapScalars(UnaryOperator<Scalar> change) {
            Map<String, Entry> changed = new LinkedHashMap<>();
            entries.forEach((name, entry) ->
                    changed.put(name, new Entry(entry.key(), entry.value().mapScalars(change))));
            return new Mapping(place, changed);
        }

        /**
         * The same with the value at a path of keys set, making the mappings on the way, or removed.
         *
         * @param value null removes the key
         * @throws IllegalArgumentException where a part of the path is there and no mapping
         */
        public Mapping with(List<String> path, @Nullable Scalar value) {
            String name = path.get(0);
            Map<String, Entry> changed = new LinkedHashMap<>(entries);
            Entry present = entries.get(name);
            if (path.size() > 1) {
                Place at = value == null ? place : value.place();
                Node inner = present == null ? new Mapping(at, Map.of()) : present.value();
                if (!(inner instanceof Mapping mapping)) {
                    throw new IllegalArgumentException("'" + name + "' is " + inner.kind() + ", not a mapping");
                }
                changed.put(
                        name,
                        new Entry(
                                present == null ? at : present.key(),
                                mapping.with(path.subList(1, path.size()), value)));
            } else if (value == null) {
                changed.remove(name);
            } else {
                changed.put(name, new Entry(present == null ? value.place() : present.key(), value));
            }
            return new Mapping(place, changed);
        }
    }

    /** @param key where the key stands */
    record Entry(Place key, Node value) {}
}
