package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** SHA-256 over the published rows and aggregates as readers see them: H2's views by JDBC, the files by DuckDB. */
final class ResultDigest {

    private ResultDigest() {}

    static String of(@Nullable Path home, @Nullable Path files, String table) throws Exception {
        if (home == null) {
            return ofConnection(null, files, table);
        }
        try (Connection h2 = DriverManager.getConnection(
                // Reading alone: H2 would tidy the file up, and its assertions, which a test has on, are wrong about
                // its length.
                "jdbc:h2:file:" + home.toAbsolutePath().resolve("nightshift") + ";ACCESS_MODE_DATA=r",
                "nightshift",
                "")) {
            return ofConnection(h2, files, table);
        }
    }

    static String ofServer(String url, @Nullable Path files, String table) throws Exception {
        try (Connection postgres = DriverManager.getConnection(url, "postgres", "")) {
            return ofConnection(postgres, files, table);
        }
    }

    private static String ofConnection(@Nullable Connection database, @Nullable Path files, String table)
            throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        if (database != null) {
            add(digest, database, "select flight_id, origin, delay_probability from " + table + "_current order by 1");
            add(digest, database, "select * from " + table + "_by_origin_current order by 1", "RUN_ID");
        }
        if (files != null) {
            try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
                add(
                        digest,
                        duck,
                        "select flight_id, origin, delay_probability from read_parquet(" + paths(files, "predictions")
                                + ") order by 1");
                add(
                        digest,
                        duck,
                        "select * from read_parquet(" + paths(files, "by_origin")
                                + ", hive_partitioning = false) order by 1");
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String paths(Path files, String part) {
        JsonNode manifest =
                JsonMapper.shared().readTree(files.resolve("manifest.json").toFile());
        List<String> paths = new ArrayList<>();
        for (JsonNode file : manifest.get("files")) {
            String path = file.get("path").asString();
            if (path.contains(part)) {
                paths.add("'" + files.resolve(path) + "'");
            }
        }
        return paths.toString();
    }

    private static void add(MessageDigest digest, Connection connection, String sql, String... leftOut)
            throws Exception {
        List<String> ignored = List.of(leftOut);
        long rows = 0;
        try (ResultSet result = connection.createStatement().executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                for (int i = 1; i <= columns; i++) {
                    if (!ignored.contains(result.getMetaData().getColumnName(i).toUpperCase(Locale.ROOT))) {
                        digest.update(
                                (bits(result.getObject(i)) + "|").getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    }
                }
                rows++;
            }
        }
        assertThat(rows).as(sql).isPositive();
    }

    private static String bits(@Nullable Object value) {
        if (value instanceof Float number) {
            return "f" + Float.floatToRawIntBits(number);
        }
        return value instanceof Double number ? "d" + Double.doubleToRawLongBits(number) : String.valueOf(value);
    }
}
