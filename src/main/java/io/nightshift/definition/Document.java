package io.nightshift.definition;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A strict YAML file: UTF-8, at most 1 MiB, one mapping, at most {@value #DEEPEST} levels; no tags, anchors, aliases,
 * merge keys or duplicate keys, so that what stands in the file is all there is. Immutable.
 */
public final class Document {

    static final int LARGEST_BYTES = 1 << 20;
    static final int DEEPEST = 20;

    private final String file;
    private final String text;
    private final String sha256;
    private final Node.Mapping root;

    private Document(String file, String text, String sha256, Node.Mapping root) {
        this.file = file;
        this.text = text;
        this.sha256 = sha256;
        this.root = root;
    }

    /** Reads a file, or reports why it cannot be read and returns null. */
    public static @Nullable Document read(Path file, Problems problems) {
        Place place = new Place(file.toString(), 0, 0, "");
        if (Files.isDirectory(file)) {
            problems.add(place, "is a folder, not a file");
            return null;
        }
        // To open a pipe that nobody writes to would wait for ever.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            problems.add(place, "is no regular file: a pipe, a socket or a device is not read");
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return parse(file.toString(), in.readNBytes(LARGEST_BYTES + 1), problems);
        } catch (NoSuchFileException e) {
            problems.add(place, "there is no such file");
        } catch (IOException e) {
            problems.add(place, "cannot be read: " + e.getMessage());
        }
        return null;
    }

    /**
     * Parses a file's bytes, or reports what is wrong with them and returns null.
     *
     * @param file the name for messages
     */
    public static @Nullable Document parse(String file, byte[] bytes, Problems problems) {
        int before = problems.size();
        String text = StrictText.decode(file, bytes, problems);
        if (text == null) {
            return null;
        }
        Node.Mapping root = new NodeComposer(file, problems).compose(text);
        return root == null || problems.size() > before ? null : new Document(file, text, sha256(bytes), root);
    }

    public String file() {
        return file;
    }

    /** The exact text of the file. */
    public String text() {
        return text;
    }

    /** Of the file's bytes, in lower case hexadecimal digits. */
    public String sha256() {
        return sha256;
    }

    public Node.Mapping root() {
        return root;
    }

    /**
     * Where the value of a path such as {@code source.parquet.where[0].column} stands; for a path that is not in the file,
     * its nearest part that is.
     */
    public Place place(String path) {
        Node node = root;
        for (String step : path.split("[.\\[]", -1)) {
            Node next = child(node, step);
            if (next == null) {
                break;
            }
            node = next;
        }
        return node.place();
    }

    private static @Nullable Node child(Node node, String step) {
        if (node instanceof Node.Mapping mapping) {
            Node.Entry entry = mapping.entries().get(step);
            return entry == null ? null : entry.value();
        }
        if (node instanceof Node.Sequence sequence && step.matches("[0-9]{1,6}]")) {
            int index = Integer.parseInt(step.substring(0, step.length() - 1));
            return index < sequence.items().size() ? sequence.items().get(index) : null;
        }
        return null;
    }

    /** Of a text in UTF-8, in lower case hexadecimal digits. */
    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
