package io.nightshift.failure;

import org.jspecify.annotations.Nullable;

/** Tells a full disk from other failures: the platform says it in words only. */
public final class DiskSpace {

    private DiskSpace() {}

    /** Whether a failure, or any cause of it, is that a disk or a quota is full. */
    public static boolean isExhausted(@Nullable Throwable failure) {
        return Causes.of(failure).stream()
                .map(cause -> String.valueOf(cause.getMessage()))
                .anyMatch(message ->
                        message.contains("No space left on device") || message.contains("Disk quota exceeded"));
    }
}
