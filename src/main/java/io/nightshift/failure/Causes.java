package io.nightshift.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What lies behind a failure. Libraries wrap causes, and some make rings of them, so the look ends after twenty. */
public final class Causes {

    private static final int DEEPEST = 20;

    private Causes() {}

    /** The failure itself and its causes, from the outermost in. */
    public static List<Throwable> of(@Nullable Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        Throwable next = failure;
        while (next != null && causes.size() < DEEPEST) {
            causes.add(next);
            next = next.getCause();
        }
        return causes;
    }

    /** The outermost failure of ours, which frameworks may have wrapped. */
    public static Optional<NightshiftException> known(Throwable failure) {
        return of(failure).stream()
                .filter(NightshiftException.class::isInstance)
                .map(NightshiftException.class::cast)
                .findFirst();
    }

    /** The first line of what a failure says: H2 repeats the whole statement below it. */
    public static String firstLine(Throwable failure) {
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return line.replaceAll("; SQL statement:$", "");
    }
}
