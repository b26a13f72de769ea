package io.nightshift.definition;

import java.util.regex.Pattern;

/** Writes nodes as YAML that reads back as the same nodes. Comments and layout of the original are not kept. */
public final class NodeText {

    private static final Pattern PLAIN = Pattern.compile("-?[A-Za-z0-9_./][-A-Za-z0-9_./%+]*");

    private final StringBuilder text = new StringBuilder();

    private NodeText() {}

    public static String of(Node.Mapping root) {
        NodeText writer = new NodeText();
        writer.mapping(root, "");
        return writer.text.toString();
    }

    private void mapping(Node.Mapping mapping, String indent) {
        boolean first = true;
        for (var entry : mapping.entries().entrySet()) {
            text.append(first ? "" : indent)
                    .append(plainOrQuoted(entry.getKey(), false))
                    .append(':');
            value(entry.getValue().value(), indent, " ");
            first = false;
        }
    }

    private void value(Node node, String indent, String separator) {
        String inner = indent + "  ";
        if (node instanceof Node.Scalar scalar) {
            text.append(separator)
                    .append(plainOrQuoted(scalar.text(), scalar.quoted()))
                    .append('\n');
        } else if (node instanceof Node.Sequence sequence) {
            text.append(sequence.items().isEmpty() ? separator + "[]\n" : "\n");
            for (Node item : sequence.items()) {
                text.append(inner).append('-');
                item(item, inner);
            }
        } else if (node instanceof Node.Mapping mapping) {
            if (mapping.entries().isEmpty()) {
                text.append(separator).append("{}\n");
            } else {
                text.append('\n').append(inner);
                mapping(mapping, inner);
            }
        }
    }

    private void item(Node item, String indent) {
        if (item instanceof Node.Mapping mapping && !mapping.entries().isEmpty()) {
            text.append(' ');
            mapping(mapping, indent + "  ");
        } else {
            value(item, indent, " ");
        }
    }

    private static String plainOrQuoted(String value, boolean quoted) {
        return !quoted && PLAIN.matcher(value).matches() ? value : quoted(value);
    }

    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
