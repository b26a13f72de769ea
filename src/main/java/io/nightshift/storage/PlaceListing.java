package io.nightshift.storage;

import io.nightshift.storage.Storage.Place;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/** What is directly in a folder, or where a pattern leads, folder by folder: each wildcard stands for one name. */
final class PlaceListing {

    private final Storage storage;
    private final List<Place> found = new ArrayList<>();

    PlaceListing(Storage storage) {
        this.storage = storage;
    }

    List<Place> list(String path) {
        if (!Glob.isGlob(path) || storage.isFolder(path)) {
            return walk(path, List.of("*"));
        }
        String base = Glob.parse(path, storage::isFolder).base();
        String rest = base.isEmpty() ? path : path.substring(base.length());
        List<String> names = new ArrayList<>(List.of(rest.split("/")));
        names.removeIf(String::isEmpty);
        return walk(base, names);
    }

    private List<Place> walk(String folder, List<String> names) {
        String name = names.get(0);
        for (String child : matching(folder, name)) {
            String path = folder.isEmpty() || folder.endsWith("/") ? folder + child : folder + "/" + child;
            if (names.size() > 1) {
                walk(path, names.subList(1, names.size()));
            } else {
                Optional<Place> place = storage.place(path);
                place.ifPresent(found::add);
            }
        }
        return found;
    }

    private List<String> matching(String folder, String name) {
        if (!Glob.isGlob(name)) {
            return List.of(name);
        }
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
            return storage.children(folder.isEmpty() ? "." : folder).stream()
                    .filter(child -> !Glob.isIgnored(child) && matcher.matches(Path.of(child)))
                    .toList();
        } catch (PatternSyntaxException e) {
            throw StorageFailure.refused(name + " is not a pattern: " + e.getDescription());
        }
    }
}
