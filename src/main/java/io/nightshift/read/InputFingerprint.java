package io.nightshift.read;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.SourceMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the input was when a plan was made, so that a later attempt reads the same or refuses. A value that survives JSON,
 * where its components say which kind it is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(InputFingerprint.OfFiles.class), @JsonSubTypes.Type(InputFingerprint.OfTable.class)})
public sealed interface InputFingerprint {

    int MOST_DIFFERENCES_SHOWN = 5;

    /** Rows of the whole input, before any filter of ours. */
    long rows();

    /**
     * A table or query; what its partitions held is kept with them.
     *
     * @param source in words
     * @param mark what its partitions' checksums count from
     */
    record OfTable(String source, SourceMark mark, long rows) implements InputFingerprint {}

    /** @param files sorted by path */
    record OfFiles(List<FileFingerprint> files, long rows) implements InputFingerprint {

        public OfFiles {
            files = List.copyOf(files);
        }

        /**
         * Compares this fingerprint, of an earlier time, with the input as it is now.
         *
         * @throws NightshiftException INPUT_CHANGED saying which files differ in what
         */
        public void requireSame(OfFiles now) {
            List<String> differences = new ArrayList<>();
            Map<String, FileFingerprint> current = new HashMap<>();
            now.files.forEach(file -> current.put(file.path(), file));
            for (FileFingerprint file : files) {
                FileFingerprint found = current.remove(file.path());
                String difference = found == null ? file.path() + " is gone" : file.difference(found);
                if (!difference.isEmpty()) {
                    differences.add(difference);
                }
            }
            current.keySet().stream().sorted().forEach(path -> differences.add(path + " is new"));
            if (!differences.isEmpty()) {
                throw changed(differences);
            }
        }
    }

    /**
     * One file. Its footer names the place, size and row count of every page, so with size and time it tells any rewrite;
     * it does not tell bytes that were changed in place by something that restores the time.
     *
     * @param path as listed
     * @param footerSha256 lower case hex
     */
    record FileFingerprint(String path, long size, Instant modifiedAt, String footerSha256) {

        /** What differs, in words; empty where nothing does. */
        String difference(FileFingerprint now) {
            if (size != now.size) {
                return path + " had " + size + " bytes and has " + now.size;
            }
            if (!footerSha256.equals(now.footerSha256)) {
                return path + " has another footer (modified at " + modifiedAt + " then, at " + now.modifiedAt
                        + " now)";
            }
            if (!modifiedAt.equals(now.modifiedAt)) {
                return path + " was modified at " + modifiedAt + " and is now of " + now.modifiedAt;
            }
            return "";
        }
    }

    static NightshiftException changed(List<String> differences) {
        int shown = Math.min(MOST_DIFFERENCES_SHOWN, differences.size());
        String more = differences.size() > shown ? "; and " + (differences.size() - shown) + " more" : "";
        return new NightshiftException(
                FailureCode.INPUT_CHANGED,
                "the input changed since the run was planned: " + String.join("; ", differences.subList(0, shown))
                        + more
                        + "; start a new run to read the input as it is now");
    }
}
