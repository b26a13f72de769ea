package io.nightshift.failure;

import org.jspecify.annotations.Nullable;

/** Tells a full disk from other failures: the platform says it in words only. */
public final class DiskSpace {

    private static final int DEEPEST_CAUSE = 20;

    private DiskSpace() {}

    /** Whether a failure, or any cause of it, is that a disk or a quota is full. */
    public static boolean isExhausted(@Nullable Throwable failure) {
        Throwable next = failure;
        for (int depth = 0; next != null && depth < DEEPEST_CAUSE; depth++) {
            String message = String.valueOf(next.getMessage());
            if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
                return true;
            }
            next = next.getCause();
        }
        return false;
    }
}
