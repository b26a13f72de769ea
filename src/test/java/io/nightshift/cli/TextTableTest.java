package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TextTableTest {

    @Test
    void setsTextLeftAndNumbersRight() {
        String table = new TextTable(List.of("origin", "flights", "note"))
                .row(List.of("SFO", "1,204", "a"))
                .row(List.of("ORD", "9", "longer"))
                .render();
        assertThat(table).isEqualTo("""
                origin  flights  note
                SFO       1,204  a
                ORD           9  longer""");
    }

    @Test
    void showsHeadingsWithoutRows() {
        assertThat(new TextTable(List.of("run", "state")).render()).isEqualTo("run  state");
    }
}
