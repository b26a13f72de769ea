package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters in a job's SQL are found where SQL has expressions, and nowhere else. */
class SqlTextTest {

    @Test
    void namesBecomeMarksInTheirOrder() {
        SqlText sql = SqlText.parse("date >= :day and d < :day + interval '1 day' and n = :most_1");

        assertThat(sql.sql()).isEqualTo("date >= ? and d < ? + interval '1 day' and n = ?");
        assertThat(sql.parameters()).containsExactly("day", "day", "most_1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = ':day?;'",
                "a = 'it''s :day'",
                "a = E'it\\'s :day'",
                "\":day\" = 1",
                "`:day` = 1",
                "a = 1 -- :day?",
                "a = 1 /* :day; */",
                "a = $$ :day $$",
                "a = $x$ :day $$ $x$",
                "a::text = 'x'"
            })
    void textNamesCommentsAndCastsHoldNone(String text) {
        assertThat(SqlText.parse(text).sql()).isEqualTo(text);
        assertThat(SqlText.parse(text).parameters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a = ?", "a = 1; drop table x", "a = 'open", "a = 1 /* open", "\"open", "a = $x$ open $$"})
    void whatIsNotOneWholeExpressionIsRefused(String text) {
        assertThatThrownBy(() -> SqlText.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
