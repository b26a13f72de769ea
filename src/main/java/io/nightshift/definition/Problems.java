package io.nightshift.definition;

import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Collects what is wrong in one or several definition files, so that all of it is reported at once. One thread fills it.
 */
public final class Problems {

    private final List<Problem> problems = new ArrayList<>();

    public void add(Place place, String message) {
        problems.add(place.problem(message));
    }

    public void add(Problem problem) {
        problems.add(problem);
    }

    public boolean isEmpty() {
        return problems.isEmpty();
    }

    public int size() {
        return problems.size();
    }

    /** In the order of files and lines. */
    public List<Problem> sorted() {
        List<Problem> sorted = new ArrayList<>(problems);
        Collections.sort(sorted);
        return List.copyOf(sorted);
    }

    /** @throws NightshiftException DEFINITION_INVALID with every problem, where there is one */
    public void throwIfAny() {
        if (!problems.isEmpty()) {
            throw NightshiftException.invalidDefinitions(sorted());
        }
    }
}
