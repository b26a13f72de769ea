package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of every parameter type: what is taken, in which canonical form, and what is refused. */
class ParameterTest {

    @ParameterizedTest
    @CsvSource({
        "STRING, 'x,java.io.FileOutputStream,false', 'x,java.io.FileOutputStream,false'",
        "STRING, '', ''",
        "STRING, ' ${x} #{T(java.lang.Runtime)} ', ' ${x} #{T(java.lang.Runtime)} '",
        "LONG, 0, 0",
        "LONG, -0, 0",
        "LONG, -9223372036854775808, -9223372036854775808",
        "LONG, 9223372036854775807, 9223372036854775807",
        "DOUBLE, 0.50, 0.5",
        "DOUBLE, -0.0, 0",
        "DOUBLE, 1e3, 1000",
        "DOUBLE, 100, 100",
        "BOOLEAN, true, true",
        "BOOLEAN, false, false",
        "DATE, 2028-02-29, 2028-02-29",
        "DATE, 0001-01-01, 0001-01-01",
        "TIMESTAMP, 2027-02-28T06:30, 2027-02-28T06:30:00",
        "TIMESTAMP, 2027-02-28T06:30:05.5, 2027-02-28T06:30:05.5",
        "TIMESTAMP, 2027-02-28T06:30:05.500000000, 2027-02-28T06:30:05.5"
    })
    void takesValuesAndGivesThemOneForm(ParameterType type, String text, String canonical) {
        assertThat(type.parse(text)).isEqualTo(new ParameterValue(type, canonical));
        assertThat(type.parse(canonical).text()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "LONG, 9223372036854775808",
        "LONG, -9223372036854775809",
        "LONG, 1.0",
        "LONG, 1e3",
        "LONG, 007",
        "LONG, 0x10",
        "LONG, ' 1'",
        "LONG, ''",
        "LONG, ١",
        "LONG, 'x,java.io.FileOutputStream,false'",
        "DOUBLE, NaN",
        "DOUBLE, Infinity",
        "DOUBLE, 1e999",
        "DOUBLE, 1d",
        "DOUBLE, 0x1p3",
        "DOUBLE, '1,5'",
        "DOUBLE, ''",
        "DOUBLE, 'x,java.io.FileOutputStream,false'",
        "BOOLEAN, yes",
        "BOOLEAN, TRUE",
        "BOOLEAN, 1",
        "BOOLEAN, 'x,java.io.FileOutputStream,false'",
        "DATE, 2027-02-30",
        "DATE, 2027-13-01",
        "DATE, 2027-2-3",
        "DATE, 27-02-03",
        "DATE, +12027-02-03",
        "DATE, 2027-02-03T00:00",
        "DATE, today",
        "DATE, 'x,java.io.FileOutputStream,false'",
        "TIMESTAMP, 2027-02-28",
        "TIMESTAMP, 2027-02-30T00:00",
        "TIMESTAMP, 2027-02-28T24:00:01",
        "TIMESTAMP, 2027-02-28T06:30:00Z",
        "TIMESTAMP, 2027-02-28T06:30:00+01:00",
        "TIMESTAMP, 2027-02-28 06:30:00",
        "TIMESTAMP, 'x,java.io.FileOutputStream,false'"
    })
    void refusesOtherValues(ParameterType type, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> type.parse(text))
                .withMessage("'" + text + "' is not " + type.expected());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000b", "a\u202eb", "a\u200bb"})
    void refusesTextThatHidesSomething(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ParameterType.STRING.parse(text));
    }

    @Test
    void refusesVeryLongValuesShowingTheirStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterType.STRING.parse("x".repeat(1001)))
                .withMessage("'" + "x".repeat(60) + "...' is not " + ParameterType.STRING.expected());
    }
}
