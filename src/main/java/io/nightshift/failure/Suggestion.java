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

    /** The allowed name within three edits (a third of its length for short names) of what was written. */
    public static Optional<String> nearest(String written, Collection<String> allowed) {
        LevenshteinDistance distance = new LevenshteinDistance(LARGEST_DISTANCE);
        String lower = written.toLowerCase(Locale.ROOT);
        record Candidate(String name, int edits) {}
        return allowed.stream()
                .map(name -> new Candidate(name, distance.apply(lower, name.toLowerCase(Locale.ROOT))))
                .filter(candidate -> candidate.edits() >= 0
                        && candidate.edits() <= Math.max(1, candidate.name().length() / 3))
                .min(Comparator.comparingInt(Candidate::edits).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    /** {@code ", did you mean 'x'?"}, or the empty string where nothing is near. */
    public static String suffix(String written, Collection<String> allowed) {
        return nearest(written, allowed)
                .map(name -> ", did you mean '" + name + "'?")
                .orElse("");
    }
}
