package io.nightshift.failure;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** "Did you mean": the nearest of the allowed names, where one is near enough to be a slip of the fingers. */
public final class Suggestion {

    private static final int LARGEST_DISTANCE = 3;

    private Suggestion() {}

    /** The allowed name within three edits (a third of its length for short names), or one swap of neighbours. */
    public static Optional<String> nearest(String written, Collection<String> allowed) {
        LevenshteinDistance distance = new LevenshteinDistance(LARGEST_DISTANCE);
        String lower = written.toLowerCase(Locale.ROOT);
        record Candidate(String name, int edits) {}
        return allowed.stream()
                .map(name -> new Candidate(name, edits(lower, name.toLowerCase(Locale.ROOT), distance)))
                .filter(candidate -> candidate.edits() >= 0
                        && candidate.edits() <= Math.max(1, candidate.name().length() / 3))
                .min(Comparator.comparingInt(Candidate::edits).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    private static int edits(String written, String name, LevenshteinDistance distance) {
        return isSwapped(written, name) ? 1 : distance.apply(written, name);
    }

    /** Two neighbours in the wrong order: the most common slip, which counts as two edits otherwise. */
    private static boolean isSwapped(String written, String name) {
        int at = 0;
        while (at < Math.min(written.length(), name.length()) && written.charAt(at) == name.charAt(at)) {
            at++;
        }
        return written.length() == name.length()
                && at + 1 < name.length()
                && written.charAt(at) == name.charAt(at + 1)
                && written.charAt(at + 1) == name.charAt(at)
                && written.regionMatches(at + 2, name, at + 2, name.length() - at - 2);
    }

    /** {@code ", did you mean 'x'?"}, or the empty string where nothing is near. */
    public static String suffix(String written, Collection<String> allowed) {
        return nearest(written, allowed)
                .map(name -> ", did you mean '" + name + "'?")
                .orElse("");
    }
}
