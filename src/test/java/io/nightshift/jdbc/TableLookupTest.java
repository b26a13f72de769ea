package io.nightshift.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A source's table is found by the name that the job has for it, in any schema and with any letters. */
@ParameterizedClass
@EnumSource(ResultTableTest.Database.class)
class TableLookupTest {

    private final Dialect dialect;
    private final Connection connection;

    TableLookupTest(ResultTableTest.Database database) throws SQLException {
        dialect = database == ResultTableTest.Database.H2 ? Dialect.H2 : Dialect.POSTGRESQL;
        connection = DriverManager.getConnection(database.newUrl());
    }

    @BeforeEach
    void tables() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : new String[] {
                "create schema sales",
                "create schema \"Sales\"",
                "create schema \"Sales 2026\"",
                "create table sales.flights (id int)",
                "create table \"Sales\".flights (id int)",
                "create table \"Sales\".\"Mixed\" (id int)",
                "create table \"Sales\".\"mIXED\" (id int)",
                "create table \"Sales 2026\".\"Daily.Flights\" (id int)",
                "create table \"Sales 2026\".\"say \"\"when\"\"\" (id int)"
            }) {
                statement.execute(sql);
            }
        }
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private String find(String written) throws SQLException {
        String sql =
                new TableLookup(connection, dialect, "warehouse").find(written).sql(dialect);
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("select id from " + sql);
        }
        return sql;
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "sales.FLIGHTS, sales.flights, plain",
                "Sales.Flights, \"Sales\".flights, mixed",
                "Sales.Mixed, \"Sales\".\"Mixed\", exact",
                "\"Sales 2026\".\"daily.flights\", '', none",
                "\"Sales 2026\".\"Daily.Flights\", \"Sales 2026\".\"Daily.Flights\", exact",
                "\"Sales 2026\".\"say \"\"when\"\"\", \"Sales 2026\".\"say \"\"when\"\"\", exact",
            })
    void findsWhatIsExactlySoOrElseInAnyCase(String written, String expected, String how) throws SQLException {
        switch (how) {
            case "none" -> refuses(written, "there is no table");
            case "exact" -> assertThat(find(written)).isEqualTo(expected);
            case "mixed" ->
                assertThat(find(written)).startsWith("\"Sales\".").isEqualToIgnoringCase("\"Sales\".\"flights\"");
            default ->
                assertThat(find(dialect == Dialect.H2 ? "SALES.flights" : written))
                        .isEqualTo(dialect == Dialect.H2 ? "\"SALES\".\"FLIGHTS\"" : "\"sales\".\"flights\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sales.mixed, could be Sales.",
        "saels.flights, since it has no schema 'saels'",
        "\"sALES\".flights, since it has no schema 'sALES'",
        "Sales.nothing, there is no table 'Sales.nothing'"
    })
    void refusesWhatIsNotThereOrNotClear(String written, String words) {
        refuses(written, words);
    }

    private void refuses(String written, String words) {
        assertThatThrownBy(() -> find(written))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.INPUT_MISSING))
                .hasMessageContaining(words)
                .hasMessageContaining("no row was read");
    }
}
