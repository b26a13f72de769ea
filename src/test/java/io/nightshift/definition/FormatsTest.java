package io.nightshift.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The notations, one by one; above all what YAML readers disagree about. */
class FormatsTest {

    private enum Colour {
        RED,
        DARK_BLUE
    }

    private static <T> @Nullable T read(String yaml, ValueFormat<T> format, Problems problems) {
        Document document = Document.parse("f", ("v: " + yaml).getBytes(StandardCharsets.UTF_8), problems);
        Node.Entry value = Objects.requireNonNull(document).root().entries().get("v");
        return format.read(Objects.requireNonNull(value).value(), problems);
    }

    private static <T> T value(String yaml, ValueFormat<T> format) {
        Problems problems = new Problems();
        T value = read(yaml, format, problems);
        assertThat(problems.sorted()).isEmpty();
        return Objects.requireNonNull(value);
    }

    private static String refusal(String yaml, ValueFormat<?> format) {
        Problems problems = new Problems();
        assertThat((Object) read(yaml, format, problems)).as(yaml).isNull();
        assertThat(problems.size()).isEqualTo(1);
        return problems.sorted().get(0).message();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yes", "No", "ON", "off", "True", "FALSE", "010", "0x1F", "0o17", "0b11", "1_000", "1:30", "12:30:45",
                "190:20:30.15", "+12", ".5", "5.", ".inf", "-.INF", ".NaN", "~", "null", "Null", "\"\"", "' '", "[a]",
                "{a: b}", "\"a\\0b\"", "\"a\\u202eb\""
            })
    void refusesTextThatIsTwoThings(String yaml) {
        assertThat(refusal(yaml, Formats.text())).startsWith("v: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NO WAY", "ABE", "y", "n", "1.5", "-15", "true", "2001-01-05", "1e3", "a:b", "0", "0.10"})
    void takesOtherTextAsWritten(String yaml) {
        assertThat(value(yaml, Formats.text())).isEqualTo(yaml);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "No", "010", "0x1F", "1:30", "~", ".5"})
    void takesQuotedTextAsWritten(String text) {
        assertThat(value("\"" + text + "\"", Formats.text())).isEqualTo(text);
        assertThat(value("'" + text + "'", Formats.text())).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "010",
                "0x10",
                "1_000",
                "1:30",
                "+1",
                "1.0",
                "1e3",
                "\"1\"",
                "one",
                "~",
                "",
                "9223372036854775808",
                "١",
                "[1]",
                "--1",
                "99999999999999999999999999999999999999999999"
            })
    void refusesWhatIsNoPlainWholeNumber(String yaml) {
        assertThat(refusal(yaml, Formats.integer(Long.MIN_VALUE, Long.MAX_VALUE)))
                .startsWith("v: ");
    }

    @Test
    void readsWholeNumbersInTheirRange() {
        assertThat(value("-9223372036854775808", Formats.integer(Long.MIN_VALUE, Long.MAX_VALUE)))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(value("7", Formats.integer(1, 7))).isEqualTo(7);
        assertThat(refusal("8", Formats.integer(1, 7))).isEqualTo("v: '8' is not a whole number from 1 to 7");
        assertThat(refusal("0", Formats.integer(1, Long.MAX_VALUE)))
                .isEqualTo("v: '0' is not a whole number of at least 1");
        assertThat(refusal("010", Formats.integer(1, 7))).endsWith("; write plain decimal digits");
    }

    @Test
    void readsDecimals() {
        assertThat(value("-1.5e-3", Formats.decimal())).isEqualTo(-0.0015);
        assertThat(value("0", Formats.decimal(0, 1))).isEqualTo(0);
        assertThat(refusal("1.1", Formats.decimal(0, 1))).isEqualTo("v: '1.1' is not a number from 0 to 1");
        assertThat(refusal("1e999", Formats.decimal())).contains("too large");
        for (String yaml : List.of(".inf", ".nan", "NaN", "Infinity", "0x1p3", "1d", "1f", "01.5", "\"1.5\"", "1,5")) {
            assertThat(refusal(yaml, Formats.decimal())).as(yaml).contains("is not a number");
        }
    }

    @Test
    void readsSharesAndSizes() {
        assertThat(value("1%", Formats.share())).isEqualTo(0.01);
        assertThat(value("\"0.1%\"", Formats.share())).isEqualTo(0.001);
        assertThat(value("0.25", Formats.share())).isEqualTo(0.25);
        assertThat(value("100%", Formats.share())).isEqualTo(1);
        for (String yaml : List.of("101%", "1.01", "-1%", "1 %", "NaN", "1e999%")) {
            assertThat(refusal(yaml, Formats.share())).as(yaml).contains("is not a share from 0 to 1");
        }
        ValueFormat<Long> size = Formats.size(1, Long.MAX_VALUE);
        assertThat(value("1GB", size)).isEqualTo(1L << 30);
        assertThat(value("3KB", size)).isEqualTo(3072);
        assertThat(value("5B", size)).isEqualTo(5);
        for (String yaml : List.of("1", "1gb", "1.5GB", "1 GB", "GB", "-1GB", "0GB", "999999999999TB")) {
            assertThat(refusal(yaml, size)).as(yaml).contains("is not a size such as 512MB");
        }
    }

    @Test
    void readsTruthAndWords() {
        assertThat(value("true", Formats.bool())).isTrue();
        assertThat(refusal("yes", Formats.bool())).isEqualTo("v: 'yes' is not true or false");
        assertThat(refusal("\"true\"", Formats.bool())).contains("leave out the quotes");
        assertThat(value("dark_blue", Formats.oneOf(Colour.class))).isEqualTo(Colour.DARK_BLUE);
        assertThat(refusal("dark_blu", Formats.oneOf(Colour.class)))
                .isEqualTo("v: 'dark_blu' is not one of red, dark_blue, did you mean 'dark_blue'?");
        assertThat(refusal("RED", Formats.oneOf(Colour.class))).contains("did you mean 'red'?");
        assertThat(value("auto", Formats.wordOr("auto", 0L, Formats.integer(1, 2))))
                .isEqualTo(0);
        assertThat(refusal("3", Formats.wordOr("auto", 0L, Formats.integer(1, 2))))
                .isEqualTo("v: '3' is not auto or a whole number from 1 to 2");
    }

    @Test
    void readsEveryItemOfListsAndMappings() {
        Problems problems = new Problems();
        read("[1, x, 3, y]", Formats.list(Formats.integer(0, 9), 1), problems);
        read(
                "{a: x, B: 1, c: y}",
                Formats.mapOf(Pattern.compile("[a-z]"), "a letter", Formats.integer(0, 9)),
                problems);

        assertThat(problems.sorted().stream().map(problem -> problem.message().replaceAll(" is not .*", "")))
                .containsExactlyInAnyOrder("v[1]: 'x'", "v[3]: 'y'", "v.a: 'x'", "v: 'B'", "v.c: 'y'");
        assertThat(value("{b: 1, a: 2}", Formats.mapOf(Pattern.compile("[a-z]"), "a letter", Formats.integer(0, 9))))
                .containsExactly(Map.entry("b", 1L), Map.entry("a", 2L));
    }

    /** A key that looks right and is not: the Cyrillic a. */
    @Test
    void suggestsTheKeyBehindALookAlike() {
        Key<String> path = Key.required("path", Formats.text(), "");

        assertThat(refusal("{p\u0430th: x}", MappingFormat.of("a thing", List.of(path), keys -> keys.get(path))))
                .isEqualTo("v: unknown key 'p\u0430th', did you mean 'path'?");
        assertThat(refusal("{zzz: x, path: y}", MappingFormat.of("a thing", List.of(path), keys -> keys.get(path))))
                .isEqualTo("v: unknown key 'zzz'; a thing has path");
        assertThat(refusal("{}", MappingFormat.of("a thing", List.of(path), keys -> keys.get(path))))
                .isEqualTo("v: the key 'path' is missing: text");
    }
}
