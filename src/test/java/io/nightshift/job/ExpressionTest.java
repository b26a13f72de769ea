package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole language of expressions, and that there is no more of it. */
class ExpressionTest {

    private static final Map<String, ParameterValue> VALUES = Map.of(
            "day", new ParameterValue(ParameterType.DATE, "2024-02-28"),
            "at", new ParameterValue(ParameterType.TIMESTAMP, "2024-02-28T23:30:00"),
            "n", new ParameterValue(ParameterType.LONG, "5"),
            "s", new ParameterValue(ParameterType.STRING, "a ${day} $1 \\"));

    private static String fill(String text) {
        return Expression.fill(text, VALUES, ParameterValue::text);
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, nothing",
        "'', ''",
        "$ {day} $day {day}, $ {day} $day {day}",
        "${day}, 2024-02-28",
        "a/${day}/b/${n}.x, a/2024-02-28/b/5.x",
        "${ day }, 2024-02-28",
        "${day + 1d}, 2024-02-29",
        "${day+2d}, 2024-03-01",
        "${day - 59d}, 2023-12-31",
        "${at + 1d}, 2024-02-29T23:30:00",
        "${at + 1h}, 2024-02-29T00:30:00",
        "${at - 30m}, 2024-02-28T23:00:00",
        "${at + 90s}, 2024-02-28T23:31:30",
        // What a value holds is not looked at again.
        "${s}, a ${day} $1 \\"
    })
    void fillsIn(String text, String filled) {
        assertThat(fill(text)).isEqualTo(filled);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${}",
                "${day",
                "${day +}",
                "${day + 1}",
                "${day + 1w}",
                "${day + 1 d}",
                "${day + 1d + 1d}",
                "${day + n}",
                "${1 + 1}",
                "${Day}",
                "${day.year}",
                "${day['x']}",
                "${T(java.lang.Runtime).getRuntime()}",
                "${systemProperties['user.home']}",
                "${env:HOME}",
                "${jndi:ldap://x}",
                "${${day}}",
                "${day * 2d}",
                "${day + 1234567d}",
                "${#root}",
                "${day:-x}",
                "${ }",
                "${\nday}"
            })
    void isNothingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fill("before " + text))
                .withMessageContaining("is not an expression; allowed are ${name}, ${name + 1d} and ${name - 2h}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "${dai} | there is no parameter 'dai' (known are ",
                "${day + 2h} | 'day' is a date: only whole days (d) can be added to or taken from it",
                "${n + 1d} | 'n' is a long: only dates and timestamps can be added to or taken from",
                "${s - 1d} | 's' is a string: only dates and timestamps can be added to or taken from",
            })
    void saysWhatDoesNotFit(String text, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> fill(text)).withMessageStartingWith(message);
    }
}
