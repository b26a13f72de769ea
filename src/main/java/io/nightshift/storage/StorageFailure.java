package io.nightshift.storage;

import io.nightshift.failure.DiskSpace;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Turns what a file system throws into a failure that names the path. */
final class StorageFailure {

    private StorageFailure() {}

    /**
     * @param action what was tried, as in "cannot {action} {path}"
     */
    static NightshiftException of(String action, String path, IOException cause) {
        if (DiskSpace.isExhausted(cause)) {
            return new NightshiftException(
                    FailureCode.DISK_FULL, "cannot " + action + " " + path + ": no space left on its disk", cause);
        }
        if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
            return missing(path, cause);
        }
        return new NightshiftException(
                FailureCode.STORAGE_FAILED, "cannot " + action + " " + path + ": " + reason(cause), cause);
    }

    static NightshiftException missing(String path) {
        return missing(path, null);
    }

    static NightshiftException refused(String message) {
        return new NightshiftException(FailureCode.PATH_REFUSED, message);
    }

    static NightshiftException tooLarge(String path, long size, long limit) {
        return new NightshiftException(
                FailureCode.LIMIT_EXCEEDED, path + " has " + size + " bytes; at most " + limit + " are read");
    }

    private static NightshiftException missing(String path, @org.jspecify.annotations.Nullable Throwable cause) {
        return new NightshiftException(FailureCode.INPUT_MISSING, "there is no file " + path, cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
