package io.nightshift.registry;

import io.nightshift.failure.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files that a model.yaml names beside itself: regular files inside the folder, with links that leave it refused, and
 * the SHA-256 of each that was asked for. Not thread-safe.
 */
final class SideFiles {

    private final Path folder;
    private final Map<String, String> checksums = new TreeMap<>();

    /** @param folder an existing folder, with its links resolved */
    SideFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * The file of this name, with its links resolved.
     *
     * @throws IllegalArgumentException saying why there is none
     */
    Path require(String name) {
        Path relative = Path.of(name);
        if (relative.isAbsolute() || !relative.normalize().equals(relative) || relative.startsWith("..")) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name of a file in the model's folder; write its plain name");
        }
        Path file = folder.resolve(relative);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    "there is no file '" + name + "' in the model's folder" + Suggestion.suffix(name, names()));
        }
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(folder)) {
                throw new IllegalArgumentException("'" + name + "' is a link that leaves the model's folder");
            }
            if (!Files.isRegularFile(real)) {
                throw new IllegalArgumentException("'" + name + "' is no regular file");
            }
            checksums.put(name, sha256(real));
            return real;
        } catch (IOException e) {
            throw new IllegalArgumentException("'" + name + "' cannot be read: " + e, e);
        }
    }

    /** The SHA-256 of every file asked for, by name. */
    Map<String, String> checksums() {
        return checksums;
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (IOException e) {
            names.clear();
        }
        return names;
    }
}
