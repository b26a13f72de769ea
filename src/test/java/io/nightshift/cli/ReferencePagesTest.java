package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.failure.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The reference pages say what the program does: commands, error codes, metrics, JSON, and links that lead somewhere. */
class ReferencePagesTest {

    private static final Path REFERENCE = Path.of("docs/reference");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @TempDir
    private Path folder;

    /** Replaces each part between {@code <!-- NAME: X -->} and the end mark by what the code says of X. */
    private static void assertCurrent(Path page, String name, UnaryOperator<String> content) throws IOException {
        String text = Files.readString(page);
        Pattern part =
                Pattern.compile("(<!-- " + name + ": (.*?) -->\n).*?(<!-- end of " + name + " -->)", Pattern.DOTALL);
        String current = part.matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(found.group(1) + content.apply(found.group(2)) + found.group(3)));
        assertThat(part.matcher(text).results()).as("parts of %s", page).isNotEmpty();
        if (Boolean.getBoolean("nightshift.regenerate")) {
            Files.writeString(page, current);
        }
        assertThat(page)
                .as("%s, to be made anew by: ./mvnw test -Dtest=ReferencePagesTest -Dnightshift.regenerate=true", page)
                .hasContent(current);
    }

    @Test
    void thePageOfTheCommandLineHoldsTheHelpOfEveryCommand() throws IOException {
        Path page = REFERENCE.resolve("command-line.md");
        assertCurrent(page, "help", command -> {
            String[] words = (command + " --help").replace("nightshift ", "").split(" ");
            CommandRun help = CommandRun.of(words);
            assertThat(help.exitCode()).as(command).isZero();
            return "```text\n" + help.out().stripTrailing() + "\n```\n";
        });
        String commands = CommandRun.of("--help").out();
        List<String> listed = Pattern.compile("^  ([a-z-]+)  ", Pattern.MULTILINE)
                .matcher(commands.substring(commands.indexOf("Commands:"), commands.indexOf("Exit codes:")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(listed).contains("run", "validate", "runs", "restart", "publish", "query", "bench");
        for (String command : listed) {
            assertThat(page).content().contains("<!-- help: nightshift " + command + " -->");
        }
    }

    @Test
    void thePageOfErrorCodesHasEveryCodeWithItsKindAndExitCode() throws IOException {
        String page = Files.readString(REFERENCE.resolve("error-codes.md"));
        Map<String, List<String>> rows = new TreeMap<>();
        Pattern.compile("^\\| `([A-Z_]+)` \\| (.*) \\|$", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .forEach(row -> rows.put(row.group(1), List.of(row.group(2).split(" \\| "))));
        assertThat(rows.keySet())
                .isEqualTo(new TreeSet<>(
                        Stream.of(FailureCode.values()).map(Enum::name).toList()));
        for (FailureCode code : FailureCode.values()) {
            List<String> row = rows.getOrDefault(code.name(), List.of());
            assertThat(row.subList(0, 3))
                    .as("%s", code)
                    .containsExactly(
                            code.kind().name().toLowerCase(Locale.ROOT),
                            code.retryable() ? "yes" : "no",
                            Integer.toString(ExitCode.of(code).number()));
            assertThat(row.get(3)).as("%s: what it means", code).isNotBlank();
            assertThat(row.get(4)).as("%s: what to do", code).isNotBlank();
        }
    }

    @Test
    void thePageOfRunsHasEveryMetricAndEveryKeyOfTheirJson() throws IOException {
        CommandRun run = CommandRun.inHome(
                folder,
                "--output",
                "json",
                "run",
                "flight-delay-daily",
                "-p",
                "day=2001-03-05",
                "--set",
                "output.parquet=" + folder.resolve("out"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode document = CommandRun.inHome(
                        folder,
                        "--output",
                        "json",
                        "runs",
                        "show",
                        run.outJson().get("run").asString())
                .outJson();

        String page = Files.readString(REFERENCE.resolve("runs.md"));
        assertThat(codeIn(page, "<!-- metrics of a run -->"))
                .isEqualTo(new TreeSet<>(document.get("metrics").propertyNames()));
        JsonNode partition = document.get("partitions").iterator().next();
        assertThat(codeIn(page, "<!-- metrics of a partition -->")).isEqualTo(new TreeSet<>(partition.propertyNames()));
        TreeSet<String> keys = new TreeSet<>(document.propertyNames());
        keys.add("failure");
        assertThat(codeIn(page, "<!-- json of a run -->")).isEqualTo(keys);
        assertThat(codeIn(page, "<!-- snapshot of a run -->"))
                .isEqualTo(new TreeSet<>(document.get("snapshot").propertyNames()));
    }

    /** The names in the first column of the table that follows a mark. */
    private static TreeSet<String> codeIn(String page, String mark) {
        assertThat(page).contains(mark);
        String after = page.substring(page.indexOf(mark) + mark.length()).stripLeading();
        String table = after.substring(0, (after + "\n\n").indexOf("\n\n"));
        TreeSet<String> names = new TreeSet<>();
        Pattern.compile("^\\| `([^`]+)`", Pattern.MULTILINE)
                .matcher(table)
                .results()
                .forEach(found -> names.add(found.group(1)));
        return names;
    }

    @Test
    void linksLeadToFilesThatAreThere() throws IOException {
        try (Stream<Path> pages = Stream.concat(Files.walk(Path.of("docs")), Stream.of(Path.of("README.md")))) {
            for (Path page :
                    pages.filter(page -> page.toString().endsWith(".md")).toList()) {
                LINK.matcher(Files.readString(page))
                        .results()
                        .map(link -> link.group(1))
                        .forEach(link -> {
                            Path parent = page.getParent() == null ? Path.of("") : page.getParent();
                            assertThat(parent.resolve(link))
                                    .as("link of %s", page)
                                    .exists();
                        });
            }
        }
    }
}
