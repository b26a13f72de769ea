package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Single values: each row ends as a prediction or as a reject with its reason, or the run fails with the row named. */
final class BadValueTest {

    private static final String SPECIAL = """
            select i as id, case i
                when 1 then 'nan'::double when 2 then 'inf'::double when 3 then '-inf'::double when 4 then null
                when 5 then 1e300 when 6 then -0.0::double when 7 then 5e-324 when 8 then 3.4028234663852886e38
                else i end as x, 'g' as g from range(100) t(i)""";

    @TempDir
    Path folder;

    private SmallJob job;

    @BeforeEach
    void soundJob() {
        job = SmallJob.in(folder);
    }

    @Test
    void everyValueThatIsNoFloatIsRejectedWithItsText() {
        job.input(SPECIAL).definition("rejects: {max_share: 5%}\n");
        JsonNode run = job.completes();
        assertThat(run.get("rows").toString())
                .isEqualTo("{\"read\":100,\"predicted\":95,\"rejected\":5,\"filtered\":0}");
        assertThat(job.rows("select id, reason, column_name, column_value from small_rejects_current order by id"))
                .hasToString("[[1, INVALID_VALUE, x, NaN], [2, INVALID_VALUE, x, Infinity],"
                        + " [3, INVALID_VALUE, x, -Infinity], [4, MISSING_VALUE, x, null],"
                        + " [5, INVALID_VALUE, x, 1.0E300]]");
        // H2 keeps no negative zero; 5e-324 is nearest to 0 in float32.
        assertThat(job.rows("select id, score from small_current where id in (6, 7, 8) order by id"))
                .hasToString("[[6, 0.0], [7, 0.0], [8, 3.4028235E38]]");
    }

    @Test
    void aLimitOnRejectsRefusesTheResultAndKeepsTheEarlierOne() {
        job.completes();
        job.input(SPECIAL);
        job.fails(3, "TOO_MANY_REJECTS", "5 of 100 rows", "allows 0 rows");
        job.definition("rejects: {max_share: 4%}\n");
        job.fails(3, "TOO_MANY_REJECTS", "5 of 100 rows", "4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"output: {table: small}", "output: {parquet: 'FOLDER'}"})
    void aNullKeyIsRejected(String output) {
        job.input(
                "select case when i % 100 = 7 then null else i end as id, i::double as x, 'g' as g from range(1000) t(i)");
        job.definition(output.replace("FOLDER", folder.resolve("files").toString()) + "\nrejects: {max_rows: 10}\n");
        JsonNode run = job.completes();
        assertThat(run.get("rows").get("rejected").asInt()).isEqualTo(10);
        assertThat(run.get("rows").get("predicted").asInt()).isEqualTo(990);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "output: {table: small}",
                "output: {parquet: 'FOLDER'}",
                "output: {table: small, parquet: 'FOLDER'}"
            })
    void aDuplicateKeyFailsTheRunAndNamesTheKey(String output) {
        job.completes();
        job.input("select case when i = 900 then 123 else i end as id, i::double as x, 'g' as g from range(1000) t(i)");
        job.definition(output.replace("FOLDER", folder.resolve("files").toString()) + "\n");
        job.fails(1, "DUPLICATE_KEY", "(id = 123) occurs twice", "a key names one row");
        assertThat(Files.exists(folder.resolve("files/manifest.json"))).isFalse();
    }

    @Test
    void poisonRowsLoseNoGoodRow() {
        // Bad rows alone, side by side, at the edges of batches, and all of them.
        for (String bad :
                List.of("i = 500", "i between 90 and 210", "i in (0, 99, 100, 199, 999)", "i % 2 = 1", "true")) {
            job.input("select i as id, case when " + bad
                    + " then 'nan'::double else i end as x, 'g' as g from range(1000) t(i)");
            job.definition("rejects: {max_share: 100%}\ncompute: {batch_rows: 100, chunk_rows: 200}\n");
            JsonNode rows = job.completes().get("rows");
            assertThat(rows.get("predicted").asInt() + rows.get("rejected").asInt())
                    .as(bad)
                    .isEqualTo(1000);
            assertThat(job.rows("select count(*) from small_current where score <> id")
                            .get(0)
                            .get(0))
                    .as(bad)
                    .isEqualTo("0");
            assertThat(job.rows("select count(*) from small_rejects_current r join small_current s on s.id = r.id"))
                    .as(bad)
                    .hasToString("[[0]]");
        }
    }

    @Test
    void textOfEveryKindComesThroughUnchanged() throws Exception {
        List<String> texts = List.of(
                "",
                " ",
                "a\u0000b",
                "line\nbreak",
                "\"quoted\" 'single' \\",
                "<script>&amp;",
                "\u202Eabc",
                "\uD83D\uDE80",
                "'); drop table small; --");
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < texts.size(); i++) {
            String literal = "'" + texts.get(i).replace("'", "''").replace("\u0000", "' || chr(0) || '") + "'";
            rows.append(i == 0 ? "" : " union all ")
                    .append("select ")
                    .append(i)
                    .append("::bigint as id, 1::double as x, ")
                    .append(literal)
                    .append(" as g");
        }
        Path files = folder.resolve("files");
        job.input(rows.toString()).definition("output: {table: small, keep: [g], parquet: '" + files + "'}\n");
        JsonNode run = job.completes();
        List<String> table = job.rows("select g from small_current order by id").stream()
                .map(row -> row.get(0))
                .toList();
        assertThat(table).isEqualTo(texts);
        List<String> read = new ArrayList<>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet result = duck.createStatement()
                        .executeQuery("select g from read_parquet('" + files + "/run="
                                + run.get("run").asString() + "/predictions/*.parquet') order by id")) {
            while (result.next()) {
                read.add(result.getString(1));
            }
        }
        assertThat(read).isEqualTo(texts);
    }

    @Test
    void keysAtTheEndsOfTheirTypeComeThrough() {
        job.input("""
                select * from (values ((-9223372036854775807 - 1)::bigint, 1::double), (9223372036854775807, 2), (0, 3)) t(id, x)""");
        job.completes();
        assertThat(job.published()).hasToString("[[-9223372036854775808, 1.0], [0, 3.0], [9223372036854775807, 2.0]]");
    }

    @Test
    void anInputWithoutRowsGivesAPublishedEmptyResult() {
        job.completes();
        job.input("select 1::bigint as id, 1::double as x, 'g' as g where false");
        JsonNode run = job.completes();
        assertThat(run.get("rows").get("read").asInt()).isZero();
        assertThat(job.published()).isEmpty();
    }

    @Test
    void everyAnswerOfAQueryIsJson() {
        CommandRun run = job.command(
                "--output",
                "json",
                "query",
                "select cast('NaN' as double precision) a, cast('-Infinity' as real) b, null c, x'00ff' d, array[1, null] e,"
                        + " 12345678901234567890.125 f, cast('text' as clob) g, true h, date '2001-02-03' i, 1 a,"
                        + " repeat('wide ', 20000) j, cast(x'01' as blob) k");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode answer = JsonMapper.builder().build().readTree(run.out());
        assertThat(answer.get("columns").toString())
                .isEqualTo("[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"a\",\"j\",\"k\"]");
        assertThat(run.out()).contains(" 12345678901234567890.125,");
        JsonNode row = answer.get("rows").get(0);
        assertThat(row.get(10).asString()).hasSize(100_000);
        assertThat(row.toString().replaceAll("(wide )+", "wide"))
                .isEqualTo("[\"NaN\",\"-Infinity\",null,\"00ff\",[1,null],1.2345678901234567E19,\"text\",true,"
                        + "\"2001-02-03\",1,\"wide\",\"01\"]");
    }
}
