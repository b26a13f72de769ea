package io.nightshift.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.failure.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Strict YAML: what is refused, where, and that nothing hostile costs time or memory. */
class DocumentTest {

    private static List<String> problems(byte[] bytes) {
        Problems problems = new Problems();
        Document document = Document.parse("d.yaml", bytes, problems);
        assertThat(document == null).as("refused").isEqualTo(!problems.isEmpty());
        return problems.sorted().stream().map(Problem::toString).toList();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Document document(String text) {
        Problems problems = new Problems();
        Document document = Document.parse("d.yaml", utf8(text), problems);
        assertThat(problems.sorted()).isEmpty();
        return Objects.requireNonNull(document);
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                Arguments.of("a: !!javax.script.ScriptEngineManager [x]", "1:4: a: the tag 'tag:yaml.org,2002:javax"),
                Arguments.of("a: !custom x", "1:4: a: the tag '!custom' is not allowed; types come from the key"),
                Arguments.of("a: !!int 1", "1:4: a: the tag 'tag:yaml.org,2002:int' is not allowed"),
                Arguments.of("!!map {a: 1}", "1:1: the tag"),
                Arguments.of("a: &x 1", "1:4: a: the anchor '&x' is not allowed"),
                Arguments.of("a: 1\nb: *x", "2:4: b: the alias '*x' is not allowed; write the value out"),
                Arguments.of("a: {<<: {b: 1}}", "1:5: a: the merge key '<<' is not allowed"),
                Arguments.of("a: 1\nb: 2\na: 3", "3:1: the key 'a' is already on line 1"),
                Arguments.of("a: {b: 1, \"b\": 2}", "1:11: a: the key 'b' is already on line 1"),
                Arguments.of("? [a, b]\n: c", "1:3: a key is text, not a list"),
                Arguments.of("? {a: b}\n: c", "1:3: a key is text, not a mapping"),
                Arguments.of("a: 1\n---\nb: 2", "2:1: a second document starts here"),
                Arguments.of("- a", "1:1: a list where keys and values are expected"),
                Arguments.of("just text", "1:1: 'just text' where keys and values are expected"),
                Arguments.of("", "1:1: the file is empty"),
                Arguments.of("# nothing\n", "1:1: the file is empty"),
                Arguments.of("---\n", "nothing where keys and values are expected"),
                Arguments.of("a: [1, 2", "1:9: not valid YAML: "),
                Arguments.of("a:\n\t- b", "2:1: not valid YAML: "),
                Arguments.of("a: \"x", "not valid YAML: "),
                Arguments.of("a: b: c", "1:5: not valid YAML: "),
                Arguments.of("%YAML 9.9\n---\na: 1", "not valid YAML: "),
                Arguments.of("a: x\u0000y", "1:5: the character U+0000 is invisible"),
                Arguments.of("a: x\u001b[31m", "1:5: the character U+001B is invisible"),
                Arguments.of("a: 1\nb: \u202egnol", "2:4: the character U+202E is invisible"),
                Arguments.of("a\u200b: 1", "1:2: the character U+200B is invisible"),
                Arguments.of("a: \udb40\udc41", "1:4: the character U+E0041 is invisible"),
                Arguments.of("a: x\ufeff", "1:5: the character U+FEFF is invisible"),
                Arguments.of("a: x\u2028b: 1", "1:5: the character U+2028 is invisible"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesAtThePlace(String text, String expected) {
        List<String> problems = problems(utf8(text));

        assertThat(problems).isNotEmpty();
        assertThat(problems.get(0)).startsWith("d.yaml:").contains(expected);
    }

    @Test
    void refusesOtherEncodings() {
        assertThat(problems("a: 1".getBytes(StandardCharsets.UTF_16)))
                .containsExactly("d.yaml:1:1: the bytes are not UTF-8 but UTF-16; save the file as UTF-8");
        assertThat(problems("a: 1".getBytes(StandardCharsets.UTF_16LE)).get(0)).contains("(is the file UTF-16?)");
        assertThat(problems("a: 1\nb: é".getBytes(StandardCharsets.ISO_8859_1)))
                .containsExactly("d.yaml:2:4: the bytes are not UTF-8; save the file as UTF-8");
        assertThat(problems(new byte[] {'a', ':', ' ', (byte) 0xc0, (byte) 0x80})
                        .get(0))
                .contains("not UTF-8");
    }

    @Test
    void readsAByteOrderMarkAndWindowsLineEnds() {
        Document document = document("\ufeffa: 1\r\nb:\r\n  - é\r\n");

        assertThat(document.place("b[0]")).isEqualTo(new Place("d.yaml", 3, 5, "b[0]"));
        assertThat(document.text()).startsWith("a: 1");
    }

    @Test
    void refusesAliasBombsWithoutExpandingThem() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append(String.format("a%d: &a%d [*a%d, *a%d]%n", i, i, i - 1, i - 1));
        }

        assertThat(problems(utf8(bomb.toString())))
                .hasSize(30 + 2 * 29)
                .anyMatch(line -> line.contains("alias '*a28'"));
    }

    @Test
    void refusesDeepNestingAndHugeFilesQuickly(@TempDir Path folder) throws IOException {
        long start = System.nanoTime();
        assertThat(problems(utf8("a: " + "[".repeat(10_000))).get(0)).contains("is nested deeper than 20 levels");
        assertThat(problems(utf8("a: " + "{a: ".repeat(10_000))).get(0)).contains("is nested deeper than 20 levels");
        assertThat(problems(utf8("a: " + "[".repeat(500_000))).get(0)).contains("is nested deeper than 20 levels");
        assertThat(problems(utf8("- ".repeat(400_000))).get(0)).contains("is nested deeper than 20 levels");
        Path huge = folder.resolve("huge.yaml");
        Files.write(huge, new byte[50 << 20]);
        Problems problems = new Problems();

        assertThat(Document.read(huge, problems)).isNull();
        assertThat(problems.sorted().get(0).message())
                .isEqualTo("is larger than 1 MiB, the most a definition may have");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void takesTwentyLevels() {
        assertThat(problems(utf8("a: " + "[".repeat(19) + "x" + "]".repeat(19))))
                .isEmpty();
        assertThat(problems(utf8("a: " + "[".repeat(20) + "x" + "]".repeat(20))))
                .hasSize(1);
    }

    @Test
    void reportsAMissingFileAndAFolder(@TempDir Path folder) {
        Problems problems = new Problems();

        assertThat(Document.read(folder.resolve("none.yaml"), problems)).isNull();
        assertThat(Document.read(folder, problems)).isNull();
        assertThat(problems.sorted().stream().map(Problem::message))
                .containsExactlyInAnyOrder("there is no such file", "is a folder, not a file");
    }

    /** Cutting, doubling and flipping parts of a sound file never gives anything but a document or a list of problems. */
    @Test
    void neverFailsOnDamagedText() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] sound =
                utf8("a: {b: [1, \"two\", 'three'], c: |\n  text\n  more\n}\nd:\n  - e: f # g\n  - ? h\n    : i\n");
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = sound.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Problems problems = new Problems();
            Document document = Document.parse("d.yaml", damaged, problems);
            assertThat(document == null).as("seed %s, round %s", seed, i).isEqualTo(!problems.isEmpty());
        }
    }

    @Test
    void writesNodesThatReadBackTheSame() {
        Node.Mapping root = document("""
                        plain: 1.5
                        quoted: "yes"
                        odd: "a \\"b\\" \\\\ c\\td: #e 😀"
                        block: |
                          one
                          two
                        empty: {}
                        none: []
                        "key: with colon": x y
                        list:
                          - a
                          - [b, [c]]
                          - {d: 1, e: {f: g}}
                          - {}
                        """).root();
        String text = NodeText.of(root);
        Node.Mapping again = document(text).root();

        assertThat(NodeText.of(again)).isEqualTo(text);
        assertThat(texts(again)).isEqualTo(texts(root));
    }

    private static List<String> texts(Node node) {
        java.util.List<String> texts = new java.util.ArrayList<>();
        node.mapScalars(scalar -> {
            texts.add(scalar.place().path() + "=" + scalar.text());
            return scalar;
        });
        return texts;
    }

    @Test
    void setsAndRemovesValuesByPath() {
        Node.Mapping root = document("a: {b: 1}\n").root();
        Place option = Place.ofOption("--set", "x");

        assertThat(NodeText.of(root.with(List.of("a", "b"), new Node.Scalar(option, "2", false))))
                .isEqualTo("a:\n  b: 2\n");
        assertThat(NodeText.of(root.with(List.of("c", "d"), new Node.Scalar(option, "3", false))))
                .isEqualTo("a:\n  b: 1\nc:\n  d: 3\n");
        assertThat(NodeText.of(root.with(List.of("a", "b"), null))).isEqualTo("a: {}\n");
        assertThat(NodeText.of(root.with(List.of("c", "d"), null))).isEqualTo("a:\n  b: 1\n");
    }
}
