package io.nightshift.definition;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.failure.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds a definition by its name among a folder's files. Files of others may be broken; nothing else of them is used. Reads only; holds
 * nothing between calls.
 *
 * @param kind what is looked for, for messages: {@code "job"}
 * @param unknown the code where there is none of the name
 * @param reader how a file becomes a definition
 * @param name of a definition
 * @param sameName what is wrong with a definition, the first, whose name another has
 */
public record NamedFiles<T>(
        String kind, FailureCode unknown, Reader<T> reader, Function<T, String> name, SameName<T> sameName) {

    /** How a file becomes a definition, or null after reporting every problem of it. */
    public interface Reader<T> {

        @Nullable
        T read(Path file, Problems problems);
    }

    /** What is wrong with the first, whose name the other has. */
    public interface SameName<T> {

        Problem of(T definition, T other);
    }

    /**
     * @throws NightshiftException the code of this search, with the nearest name; DEFINITION_INVALID where the file that has the
     *     name is broken, or two files have it
     */
    public T find(Path folder, String wanted) {
        Problems broken = new Problems();
        List<Path> files =
                Files.isDirectory(folder) ? DefinitionFiles.under(List.of(folder), new Problems()) : List.of();
        Map<String, T> found = new LinkedHashMap<>();
        for (Path file : files) {
            T definition = reader.read(file, broken);
            if (definition == null) {
                continue;
            }
            T other = found.putIfAbsent(name.apply(definition), definition);
            if (other != null && name.apply(definition).equals(wanted)) {
                throw NightshiftException.invalidDefinitions(List.of(sameName.of(definition, other)));
            }
        }
        T definition = found.get(wanted);
        if (definition == null) {
            throw unknown(folder, wanted, found, broken);
        }
        return definition;
    }

    private NightshiftException unknown(Path folder, String wanted, Map<String, T> found, Problems broken) {
        List<Problem> own = broken.sorted().stream()
                .filter(problem -> DefinitionFiles.stem(problem.file()).equals(wanted))
                .toList();
        if (!own.isEmpty()) {
            return NightshiftException.invalidDefinitions(own);
        }
        long brokenFiles =
                broken.sorted().stream().map(Problem::file).distinct().count();
        return new NightshiftException(
                unknown,
                "there is no " + kind + " '" + wanted + "' in " + folder
                        + (found.isEmpty() ? "" : " (there are " + String.join(", ", found.keySet()) + ")")
                        + (brokenFiles == 0 ? "" : " (files with problems: " + brokenFiles + ", see 'validate')")
                        + Suggestion.suffix(wanted, found.keySet()),
                folder.toString(),
                null);
    }
}
