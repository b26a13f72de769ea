package io.nightshift.timing;

import io.nightshift.definition.Document;
import io.nightshift.definition.Node;
import io.nightshift.definition.Problems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The calendar files that one definition names: those of the working directory, whose texts are kept as they were read, or texts that were
 * kept before. For one thread.
 */
public final class CalendarFiles {

    private final @Nullable Map<String, String> kept;
    private final SortedMap<String, String> texts = new TreeMap<>();

    private CalendarFiles(@Nullable Map<String, String> kept) {
        this.kept = kept;
    }

    /** The files as they are now. */
    public static CalendarFiles here() {
        return new CalendarFiles(null);
    }

    /** The files as they were. No other is read. */
    public static CalendarFiles kept(Map<String, String> texts) {
        return new CalendarFiles(Map.copyOf(texts));
    }

    /** The texts of the files that were read, by their paths. */
    public SortedMap<String, String> texts() {
        return texts;
    }

    /** A file, or null after reporting why there is none. */
    @Nullable
    Document read(String name, Node node, Problems problems) {
        Document document = kept == null ? here(name, node, problems) : kept(kept.get(name), name, node, problems);
        if (document != null) {
            texts.put(name, document.text());
        }
        return document;
    }

    private static @Nullable Document here(String name, Node node, Problems problems) {
        Path file = Path.of(name);
        if (!Files.exists(file)) {
            problems.add(
                    node.place(),
                    node.kind() + ": there is no such calendar file; its path starts at the working directory");
            return null;
        }
        if (!Files.isRegularFile(file)) {
            problems.add(
                    node.place(),
                    node.kind() + ": is no regular file; a folder, a pipe, a socket or a device is not read");
            return null;
        }
        return Document.read(file, problems);
    }

    private static @Nullable Document kept(@Nullable String text, String name, Node node, Problems problems) {
        if (text == null) {
            problems.add(node.place(), node.kind() + ": the calendar file was not kept with the definition");
            return null;
        }
        return Document.parse(name, text.getBytes(StandardCharsets.UTF_8), problems);
    }
}
