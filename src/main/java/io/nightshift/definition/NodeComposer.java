package io.nightshift.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.Event.ID;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Turns YAML's events into nodes. Only events are taken from SnakeYAML: nothing resolves tags, follows aliases or creates
 * objects.
 */
final class NodeComposer {

    private final String file;
    private final Problems problems;

    NodeComposer(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The document's mapping, or null after reporting why there is none. */
    Node.@Nullable Mapping compose(String text) {
        try {
            return document(new ParserImpl(new StreamReader(text), new LoaderOptions()));
        } catch (MarkedYAMLException e) {
            problems.add(syntaxPlace(e), "not valid YAML: " + e.getProblem());
        } catch (TooDeep e) {
            problems.add(e.place, "is nested deeper than " + Document.DEEPEST + " levels");
        } catch (YAMLException e) {
            problems.add(new Place(file, 0, 0, ""), "not valid YAML: " + e.getMessage());
        }
        return null;
    }

    private Place syntaxPlace(MarkedYAMLException e) {
        Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
        return mark == null ? new Place(file, 0, 0, "") : new Place(file, mark.getLine() + 1, mark.getColumn() + 1, "");
    }

    private Node.@Nullable Mapping document(Parser parser) {
        parser.getEvent();
        if (parser.checkEvent(ID.StreamEnd)) {
            problems.add(new Place(file, 1, 1, ""), "the file is empty");
            return null;
        }
        parser.getEvent();
        Event first = parser.peekEvent();
        Node root = node(parser, place(first, ""), 0);
        parser.getEvent();
        if (!parser.checkEvent(ID.StreamEnd)) {
            problems.add(place(parser.peekEvent(), ""), "a second document starts here; a file holds one definition");
        }
        if (root instanceof Node.Mapping mapping) {
            return mapping;
        }
        problems.add(root.place(), root.kind() + " where keys and values are expected");
        return null;
    }

    private Place place(Event event, String path) {
        Mark mark = event.getStartMark();
        return new Place(file, mark.getLine() + 1, mark.getColumn() + 1, path);
    }

    private Node node(Parser parser, Place place, int depth) {
        if (depth > Document.DEEPEST) {
            throw new TooDeep(place);
        }
        Event event = parser.getEvent();
        refuseReferences((NodeEvent) event, place);
        if (event instanceof ScalarEvent scalar) {
            refuseTag(scalar.getTag(), place);
            return new Node.Scalar(place, scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN);
        }
        if (event instanceof CollectionStartEvent collection) {
            refuseTag(collection.getTag(), place);
            return event.is(ID.SequenceStart) ? sequence(parser, place, depth) : mapping(parser, place, depth);
        }
        return new Node.Scalar(place, "", false);
    }

    private void refuseReferences(NodeEvent event, Place place) {
        if (event instanceof AliasEvent) {
            problems.add(place, "the alias '*" + event.getAnchor() + "' is not allowed; write the value out");
        } else if (event.getAnchor() != null) {
            problems.add(
                    place,
                    "the anchor '&" + event.getAnchor() + "' is not allowed; write the value out where it is needed");
        }
    }

    private void refuseTag(@Nullable String tag, Place place) {
        if (tag != null) {
            problems.add(place, "the tag '" + tag + "' is not allowed; types come from the key");
        }
    }

    private Node sequence(Parser parser, Place place, int depth) {
        List<Node> items = new ArrayList<>();
        while (!parser.checkEvent(ID.SequenceEnd)) {
            Place at = place(parser.peekEvent(), "");
            items.add(node(parser, place.item(items.size(), at.line(), at.column()), depth + 1));
        }
        parser.getEvent();
        return new Node.Sequence(place, items);
    }

    private Node mapping(Parser parser, Place place, int depth) {
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        while (!parser.checkEvent(ID.MappingEnd)) {
            Node key = node(parser, place(parser.peekEvent(), place.path()), depth + 1);
            Place keyPlace = key.place();
            String name = key instanceof Node.Scalar scalar ? scalar.text() : "?";
            Place at = place(parser.peekEvent(), "");
            Node value = node(parser, place.key(name, at.line(), at.column()), depth + 1);
            if (!(key instanceof Node.Scalar)) {
                problems.add(keyPlace, "a key is text, not " + key.kind());
            } else if (name.equals("<<")) {
                problems.add(keyPlace, "the merge key '<<' is not allowed; write the keys out");
            } else if (entries.containsKey(name)) {
                problems.add(
                        keyPlace,
                        "the key '" + name + "' is already on line "
                                + entries.get(name).key().line());
            } else {
                entries.put(name, new Node.Entry(keyPlace, value));
            }
        }
        parser.getEvent();
        return new Node.Mapping(place, entries);
    }

    private static final class TooDeep extends RuntimeException {
        private final transient Place place;

        TooDeep(Place place) {
            super(null, null, false, false);
            this.place = place;
        }
    }
}
