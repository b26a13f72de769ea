package io.nightshift.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as a slip of the fingers. */
class SuggestionTest {

    @Test
    void suggestsSlipsOnly() {
        List<String> allowed = List.of("day", "threads", "description");

        assertThat(Suggestion.nearest("dya", allowed)).contains("day");
        assertThat(Suggestion.nearest("DAY", allowed)).contains("day");
        assertThat(Suggestion.nearest("thraeds", allowed)).contains("threads");
        assertThat(Suggestion.nearest("thread", allowed)).contains("threads");
        assertThat(Suggestion.nearest("decsriptoin", allowed)).isEmpty();
        assertThat(Suggestion.nearest("yad", allowed)).isEmpty();
        assertThat(Suggestion.nearest("", allowed)).isEmpty();
        assertThat(Suggestion.suffix("night", allowed)).isEmpty();
    }
}
