package io.nightshift.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The vocabulary files of one model folder, each read once. Not thread-safe. */
final class VocabularyFiles {

    private static final long LARGEST_BYTES = 256L << 20;

    private final SideFiles files;
    private final Map<String, Vocabulary> read = new HashMap<>();

    VocabularyFiles(SideFiles files) {
        this.files = files;
    }

    /** @throws IllegalArgumentException saying why there is no such vocabulary */
    Vocabulary read(String name) {
        Vocabulary known = read.get(name);
        if (known == null) {
            known = new Vocabulary(name, lines(name, files.require(name)));
            read.put(name, known);
        }
        return known;
    }

    private static List<String> lines(String name, Path file) {
        List<String> lines;
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new IllegalArgumentException("the vocabulary '" + name + "' is larger than 256 MiB");
            }
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException("the vocabulary '" + name + "' cannot be read as UTF-8: " + e, e);
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("the vocabulary '" + name + "' is empty");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!seen.add(lines.get(i))) {
                throw new IllegalArgumentException(
                        "the vocabulary '" + name + "' has '" + lines.get(i) + "' a second time in line " + (i + 1));
            }
        }
        return lines;
    }
}
