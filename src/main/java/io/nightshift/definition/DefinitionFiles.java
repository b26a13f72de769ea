package io.nightshift.definition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where definition files are. Reads names only; holds nothing between calls. */
public final class DefinitionFiles {

    private static final int DEEPEST = 8;

    private DefinitionFiles() {}

    /**
     * The files among paths, and every definition below those that are folders, each once; in the order of the paths,
     * files of a folder by name. Folders that are empty or cannot be listed are reported.
     */
    public static List<Path> under(List<Path> paths, Problems problems) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            List<Path> inside = in(path, problems);
            if (inside.isEmpty()) {
                problems.add(new Place(path.toString(), 0, 0, ""), "the folder holds no .yaml file");
            }
            files.addAll(inside);
        }
        return files.stream().distinct().toList();
    }

    /** Every definition below a folder, by name. A folder that cannot be listed is reported. */
    public static List<Path> in(Path folder, Problems problems) {
        try (Stream<Path> found = Files.walk(folder, DEEPEST)) {
            return found.filter(file -> isDefinition(file.toString()) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            problems.add(new Place(folder.toString(), 0, 0, ""), "cannot be listed: " + e.getMessage());
            return List.of();
        }
    }

    /** Whether a name is that of a definition file: it ends in {@code .yaml} or {@code .yml}. */
    public static boolean isDefinition(String name) {
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    /** A file's name without folders and without what follows its last dot. */
    public static String stem(String file) {
        String name = String.valueOf(Path.of(file).getFileName());
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
