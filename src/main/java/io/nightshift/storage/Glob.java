package io.nightshift.storage;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/**
 * A path with wildcards, split into the folder to walk and the pattern that paths below it must match.
 *
 * @param base the folder above the first wildcard, empty for the working directory
 * @param start what comes before the wildcard in the names below that folder
 */
record Glob(String base, String start, PathMatcher matcher) {

    private static final String WILDCARDS = "*?[{";

    static boolean isGlob(String path) {
        return path.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
    }

    /**
     * Takes a pattern apart. A folder that is there by the very name is no pattern: a job's relative path was put behind the folder that it was
     * launched in, whatever that is called.
     *
     * @param isFolder whether there is a folder at a path
     */
    static Glob parse(String path, Predicate<String> isFolder) {
        int slash = folderEnd(path, 0);
        int next = path.indexOf('/', slash + 1);
        while (next >= 0 && isFolder.test(path.substring(0, next))) {
            slash = folderEnd(path, next);
            next = path.indexOf('/', slash + 1);
        }
        String base = slash < 0 ? "" : path.substring(0, Math.max(slash, 1));
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + path.substring(slash + 1));
            return new Glob(base, path.substring(slash + 1, wildcard(path, slash + 1)), matcher);
        } catch (PatternSyntaxException e) {
            throw StorageFailure.refused(path + " is not a pattern: " + e.getDescription());
        }
    }

    /** The slash before the first wildcard from there on, or the last slash of all. */
    private static int folderEnd(String path, int from) {
        return path.lastIndexOf('/', wildcard(path, from));
    }

    private static int wildcard(String path, int from) {
        int wildcard = from;
        while (wildcard < path.length() && WILDCARDS.indexOf(path.charAt(wildcard)) < 0) {
            wildcard++;
        }
        return wildcard;
    }

    /** Whether a file, or one of the folders above it and below the base, matches. */
    boolean matches(Path relative) {
        for (Path path = relative; path != null; path = path.getParent()) {
            if (matcher.matches(path)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a name in a data folder is bookkeeping of whoever wrote it, not data. */
    static boolean isIgnored(String name) {
        return name.startsWith("_") || name.startsWith(".") || name.endsWith(".crc");
    }
}
