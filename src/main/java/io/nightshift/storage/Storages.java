package io.nightshift.storage;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the {@link Storage} of a path by its scheme. A path without a scheme, or with {@code file:}, is local and never
 * touches Hadoop; every other allowed scheme goes through Hadoop's {@code FileSystem}, whose classes are loaded then and
 * not before. Safe for use by several threads. Closing it closes the file systems it opened.
 */
public final class Storages implements AutoCloseable {

    private static final String LOCAL_SCHEME = "file";
    private static final Set<String> DEFAULT_SCHEMES = Set.of(LOCAL_SCHEME, "hdfs", "s3a");
    private static final Pattern SCHEME = Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*):/|(file):).*", Pattern.DOTALL);

    private final Set<String> allowedSchemes;
    private final Map<String, String> hadoopProperties;
    private final Storage local = new LocalStorage();
    private final Map<String, HadoopStorage> remote = new LinkedHashMap<>();

    /**
     * @param allowedSchemes lower case schemes, among them {@code file} where local paths are allowed
     * @param hadoopProperties added to what Hadoop's own configuration files on the class path say
     */
    public Storages(Set<String> allowedSchemes, Map<String, String> hadoopProperties) {
        this.allowedSchemes = Set.copyOf(allowedSchemes);
        this.hadoopProperties = Map.copyOf(hadoopProperties);
    }

    /** Local files, HDFS and S3A, as Hadoop's configuration on the class path says. */
    public static Storages defaults() {
        return new Storages(DEFAULT_SCHEMES, Map.of());
    }

    /** The storage of a path. PATH_REFUSED where its scheme is not allowed or cannot be served. */
    public Storage of(String path) {
        String scheme = scheme(path);
        if (!allowedSchemes.contains(scheme)) {
            throw new NightshiftException(
                    FailureCode.PATH_REFUSED,
                    path + " has the scheme '" + scheme + "'; allowed are " + new TreeSet<>(allowedSchemes));
        }
        return scheme.equals(LOCAL_SCHEME) ? local : remote(scheme, path);
    }

    /** The data files behind a path; see {@link Storage#list}. */
    public List<StoredFile> list(String path) {
        return of(path).list(path);
    }

    /** The one name of a place or, of a pattern, what all places that it matches begin with; the latter ends in {@code *}. */
    public String canonicalStart(String path) {
        Storage storage = of(path);
        if (!Glob.isGlob(path) || storage.exists(path)) {
            return storage.canonical(path);
        }
        Glob glob = Glob.parse(path, storage::isFolder);
        String base = storage.canonical(glob.base().isEmpty() ? "." : glob.base());
        return (base.endsWith("/") ? base : base + "/") + glob.start() + "*";
    }

    /**
     * Files and folders directly in a folder, or where a path with wildcards leads, each of which stands for one name. In
     * either, names that start with {@code _} or {@code .} are left out, but not where the path spells them. None where
     * there is no such folder.
     */
    public List<Storage.Place> places(String path) {
        return new PlaceListing(of(path)).list(path);
    }

    @Override
    public void close() {
        synchronized (remote) {
            remote.values().forEach(HadoopStorage::close);
            remote.clear();
        }
    }

    private static String scheme(String path) {
        Matcher matcher = SCHEME.matcher(path);
        if (!matcher.matches()) {
            return LOCAL_SCHEME;
        }
        String scheme = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return scheme.toLowerCase(Locale.ROOT);
    }

    private Storage remote(String scheme, String path) {
        synchronized (remote) {
            String fileSystem = HadoopStorage.fileSystemOf(path);
            HadoopStorage storage = remote.get(fileSystem);
            if (storage == null) {
                storage = HadoopStorage.connect(scheme, path, hadoopProperties);
                remote.put(fileSystem, storage);
            }
            return storage;
        }
    }
}
