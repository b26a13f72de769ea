package io.nightshift.failure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of Nightshift. Its message says what failed, which value, what is allowed and what happened to the
 * work done so far; {@link #where()} says where (file:line:column, or file, row group, row and column).
 */
public final class NightshiftException extends RuntimeException {

    private final FailureCode code;
    private final @Nullable String where;
    private final transient List<Problem> problems;

    public NightshiftException(FailureCode code, String message) {
        this(code, message, null, List.of(), null);
    }

    public NightshiftException(FailureCode code, String message, @Nullable Throwable cause) {
        this(code, message, null, List.of(), cause);
    }

    public NightshiftException(FailureCode code, String message, @Nullable String where, @Nullable Throwable cause) {
        this(code, message, where, List.of(), cause);
    }

    private NightshiftException(
            FailureCode code,
            String message,
            @Nullable String where,
            List<Problem> problems,
            @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.where = where;
        this.problems = List.copyOf(problems);
    }

    /**
     * All problems of one or several definition files, as one failure.
     *
     * @param problems at least one
     */
    public static NightshiftException invalidDefinitions(List<Problem> problems) {
        String lines =
                String.join("\n", problems.stream().map(Problem::toString).toList());
        return new NightshiftException(
                FailureCode.DEFINITION_INVALID, lines, problems.get(0).position(), problems, null);
    }

    public FailureCode code() {
        return code;
    }

    /** The place of the failure, or null where the message alone says it. */
    public @Nullable String where() {
        return where;
    }

    /** The single problems behind {@link FailureCode#DEFINITION_INVALID}; empty for every other code. */
    public List<Problem> problems() {
        return problems;
    }

    /** The same failure with its place added, for the boundary that knows it. An already known place stays. */
    public NightshiftException at(String place) {
        if (where != null) {
            return this;
        }
        NightshiftException located =
                new NightshiftException(code, String.valueOf(getMessage()), place, problems, this);
        located.setStackTrace(getStackTrace());
        return located;
    }
}
