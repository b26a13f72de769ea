package io.nightshift.definition;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a document: text, a list or a mapping, with its place. Immutable. Nothing is typed before a format reads it. */
public sealed interface Node {

    Place place();

    /** What it is, for messages. */
    String kind();

    /**
     * @param text as written, without quotes
     * @param quoted whether it was in quotes or a block, and so is text whatever it looks like
     */
    record Scalar(Place place, String text, boolean quoted) implements Node {

        @Override
        public String kind() {
            return text.isEmpty() && !quoted ? "nothing" : "'" + shortened() + "'";
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
    }

    /** @param key where the key stands */
    record Entry(Place key, Node value) {}
}
