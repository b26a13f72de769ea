package io.nightshift.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One walk over local data folders, for {@link Storage#list}. */
final class LocalListing {

    private final LocalStorage storage;
    private final List<StoredFile> files = new ArrayList<>();
    private final Set<Path> visited = new HashSet<>();

    LocalListing(LocalStorage storage) {
        this.storage = storage;
    }

    List<StoredFile> list(String path) {
        Path root = LocalStorage.toPath(path);
        try {
            if (Files.isDirectory(root)) {
                walk(root, path, root.toRealPath());
            } else if (Files.exists(root) || !Glob.isGlob(path)) {
                return List.of(storage.file(path));
            } else {
                match(path);
            }
        } catch (IOException e) {
            throw StorageFailure.of("list", path, e);
        }
        if (files.isEmpty()) {
            throw StorageFailure.missing(path + " (names that start with '_' or '.' are left out)");
        }
        files.sort(Comparator.comparing(StoredFile::path));
        return List.copyOf(files);
    }

    private void match(String path) throws IOException {
        Glob glob = Glob.parse(path, storage::isFolder);
        Path base = LocalStorage.toPath(glob.base());
        if (!Files.isDirectory(base)) {
            return;
        }
        walk(base, glob.base(), base.toRealPath());
        files.removeIf(file -> !glob.matches(base.relativize(LocalStorage.toPath(file.path()))));
    }

    private void walk(Path folder, String name, Path realRoot) throws IOException {
        if (!visited.add(folder.toRealPath())) {
            return;
        }
        List<Path> links = new ArrayList<>();
        for (String child : storage.children(folder.toString())) {
            Path path = folder.resolve(child);
            if (Files.isSymbolicLink(path)) {
                links.add(path);
            } else if (!Glob.isIgnored(child)) {
                visit(path, join(name, child), realRoot);
            }
        }
        // Links come last, so that a file is listed under its own name where it has one.
        for (Path link : links) {
            String child = String.valueOf(link.getFileName());
            if (!Glob.isIgnored(child)) {
                refuseOutside(link, realRoot);
                visit(link, join(name, child), realRoot);
            }
        }
    }

    private void visit(Path path, String name, Path realRoot) throws IOException {
        if (Files.isDirectory(path)) {
            walk(path, name, realRoot);
        } else if (visited.add(path.toRealPath())) {
            files.add(storage.file(name));
        }
    }

    private static void refuseOutside(Path link, Path realRoot) throws IOException {
        Path target = link.toRealPath();
        if (!target.startsWith(realRoot)) {
            throw StorageFailure.refused("the link " + link + " leads to " + target + ", outside of the data folder "
                    + realRoot + "; name the target itself, or copy it");
        }
    }

    private static String join(String folder, String child) {
        return folder.isEmpty() || folder.endsWith("/") ? folder + child : folder + "/" + child;
    }
}
