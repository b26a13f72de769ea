package io.nightshift.timing;

import io.nightshift.definition.Document;
import io.nightshift.definition.Node;
import io.nightshift.definition.Problems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The calendar files that one definition names: those of the working directory, whose texts are kept as they were read, or texts that were
 * kept before. For one thread.
 */
public final class CalendarFiles {

    private final Memory memory;
    private final @Nullable Map<String, String> kept;
    private final UnaryOperator<String> load;
    private final SortedMap<String, String> texts = new TreeMap<>();

    private CalendarFiles(Memory memory, @Nullable Map<String, String> kept, UnaryOperator<String> load) {
        this.memory = memory;
        this.kept = kept;
        this.load = load;
    }

    /** Calendars that definitions share: each is read and parsed once, the latest used are kept. Thread-safe. */
    public static final class Memory {

        private static final int MOST_KEPT = 32;

        private final Map<String, Read> calendars = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Read> eldest) {
                return size() > MOST_KEPT;
            }
        };

        private synchronized @Nullable Read get(String key) {
            return calendars.get(key);
        }

        private synchronized void put(String key, Read read) {
            calendars.put(key, read);
        }
    }

    private record Read(String text, DayCalendar calendar) {}

    /** The files as they are now. */
    public static CalendarFiles here() {
        return here(new Memory());
    }

    /**
     * The files as they are now, or were when another definition of the same memory named them.
     *
     * @param memory of one look at the files
     */
    public static CalendarFiles here(Memory memory) {
        return new CalendarFiles(memory, null, UnaryOperator.identity());
    }

    /**
     * The files as they were. No other is read.
     *
     * @param digests of their texts, by their paths
     * @param load finds a text by its digest, where the memory has it not
     */
    public static CalendarFiles kept(Map<String, String> digests, UnaryOperator<String> load, Memory memory) {
        return new CalendarFiles(memory, Map.copyOf(digests), load);
    }

    /** The texts of the files that were read, by their paths. */
    public SortedMap<String, String> texts() {
        return texts;
    }

    /** A calendar, or null after reporting why there is none. */
    @Nullable
    DayCalendar read(String name, Node node, Problems problems) {
        String key = kept == null ? name : kept.get(name);
        if (key == null) {
            problems.add(node.place(), node.kind() + ": the calendar file was not kept with the definition");
            return null;
        }
        Read read = memory.get(key);
        if (read == null) {
            Document document = kept == null
                    ? here(name, node, problems)
                    : Document.parse(name, load.apply(key).getBytes(StandardCharsets.UTF_8), problems);
            DayCalendar calendar = document == null ? null : CompanyCalendar.FORMAT.read(document.root(), problems);
            if (document == null || calendar == null) {
                return null;
            }
            read = new Read(document.text(), calendar);
            memory.put(key, read);
        }
        texts.put(name, read.text());
        return read.calendar();
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
}
