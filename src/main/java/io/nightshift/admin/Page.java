package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of a list, and what a request may say of it. */
final class Page {

    private static final int MOST = 500;

    private Page() {}

    /** @throws NightshiftException REQUEST_INVALID */
    static void requireLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID, "the limit is " + limit + "; allowed are 1 to " + MOST);
        }
    }

    /**
     * The page's document.
     *
     * @param found one more than the page holds says that there is another
     * @param cursor of the last element
     */
    static <T> Map<String, @Nullable Object> of(
            String name, List<T> found, int limit, Function<T, ?> document, Function<T, String> cursor) {
        List<T> page = found.subList(0, Math.min(limit, found.size()));
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(name, page.stream().map(document).toList());
        answer.put("next", found.size() <= limit ? null : cursor.apply(page.get(limit - 1)));
        return answer;
    }

    /**
     * One of the values that a filter may have, in any case; null for any.
     *
     * @throws NightshiftException REQUEST_INVALID
     */
    static <E extends Enum<E>> @Nullable E value(String name, Class<E> type, @Nullable String text) {
        if (text == null) {
            return null;
        }
        String wanted = text.toUpperCase(Locale.ROOT);
        List<String> allowed =
                Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
        if (!allowed.contains(wanted)) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID,
                    "the " + name + " '" + text + "' is unknown" + Suggestion.suffix(wanted, allowed) + "; allowed are "
                            + String.join(", ", allowed));
        }
        return Enum.valueOf(type, wanted);
    }
}
