package io.nightshift.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.PostgresServer;
import io.nightshift.configuration.Configuration;
import io.nightshift.data.RecordBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseConfiguration;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.storage.Storages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Tables as a source, on every database that is tested by default: ranges, order, types, and what is refused. */
class TableDataSetTest {

    private static final AtomicInteger MEMORY = new AtomicInteger();

    enum Server {
        POSTGRESQL("generate_series(1, %d) as s(i)"),
        H2("(select x as i from system_range(1, %d)) s");

        private final String series;

        Server(String series) {
            this.series = series;
        }

        String url() {
            return this == POSTGRESQL
                    ? PostgresServer.newDatabase()
                    : "jdbc:h2:mem:source" + MEMORY.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
        }
    }

    @TempDir
    Path folder;

    private String url = "";
    private Databases databases = new Databases(DatabaseConfiguration.NONE, Map.of());

    private void start(Server server, String... statements) throws Exception {
        url = server.url();
        databases = new Databases(
                Configuration.load(Files.writeString(
                                folder.resolve("nightshift.yaml"),
                                "databases: {w: {url: '" + url
                                        + "', user: postgres, password: {env: PW}, timeouts: {lock: 2s}}}"))
                        .databases(),
                Map.of("PW", ""));
        execute(statements);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static JobDefinition job(String source, Map<String, String> parameters) {
        return JobFile.parse("j", """
                job: j
                parameters: {least: {type: long, default: 0}, name: {type: string, default: x}}
                source: {jdbc: {database: w, %s}}
                key: [id]
                model: m
                output: {table: t}
                """.formatted(source))
                .resolve(new JobFile.Launch(parameters, LocalDateTime.of(2001, 3, 1, 0, 0), Map.of(), null));
    }

    private DataSet open(String source, String... columns) {
        return open(job(source, Map.of()), columns);
    }

    private DataSet open(JobDefinition job, String... columns) {
        return new DataSetOpener(Storages.defaults(), databases).open(job, List.of(columns));
    }

    private static List<String> read(DataSet dataSet, Plan plan, Partition partition, int fromChunk) {
        List<String> rows = new ArrayList<>();
        RecordBatch batch = new RecordBatch(dataSet.schema(), plan.batchRows());
        try (PartitionReader reader = dataSet.open(plan, partition, fromChunk)) {
            while (reader.next(batch)) {
                for (int row = 0; row < batch.rows(); row++) {
                    List<String> values = new ArrayList<>();
                    for (int i = 0; i < dataSet.schema().size(); i++) {
                        values.add(batch.column(i).text(row));
                    }
                    rows.add(String.join("|", values));
                }
            }
        }
        return rows;
    }

    private static List<String> readAll(DataSet dataSet, Plan plan) {
        List<String> rows = new ArrayList<>();
        plan.partitions().forEach(partition -> rows.addAll(read(dataSet, plan, partition, 0)));
        return rows;
    }

    private void assertEven(Server server, String key, String type) throws Exception {
        start(
                server,
                "create table numbers (id bigint primary key, k " + type + " not null, c integer not null)",
                "insert into numbers select i, " + key + ", mod(i, 7) from " + server.series.formatted(40_000));
        try (DataSet dataSet = open("table: numbers, partition_by: k", "id")) {
            Plan plan = dataSet.plan(100, 1000, 1);
            List<Long> sizes =
                    plan.partitions().stream().map(Partition::rows).sorted().toList();

            assertThat(plan.partitions()).hasSize(8);
            assertThat(plan.totalRows()).isEqualTo(40_000);
            assertThat((double) sizes.get(sizes.size() - 1) / sizes.get(sizes.size() / 2))
                    .as("largest partition to the median of %s", sizes)
                    .isLessThan(1.2);
            assertThat(new TreeSet<>(readAll(dataSet, plan))).hasSize(40_000);
        }
        databases.close();
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aSkewedKeyMakesEvenPartitions(Server server) throws Exception {
        // 90 % of the rows in 1 % of the range, half of it below zero.
        assertEven(server, "case when mod(i, 10) = 0 then i * 25 - 500000 else mod(i * 7919, 10000) end", "bigint");
    }

    /** From a size on, only some pages are looked at. Neighbours by key lie in one page here, and 90 % of the rows in 1 % of the range. */
    @Test
    void aLargeTableInTheOrderOfItsKeyMakesEvenPartitions() throws Exception {
        int rows = 900_000;
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key, c integer not null)",
                "insert into numbers select case when i <= 810000 then i else 810000 + (i - 810000) * 891 end, mod(i, 7)"
                        + " from " + Server.POSTGRESQL.series.formatted(rows));
        try (DataSet dataSet = open("table: numbers, partition_by: id", "id")) {
            Plan plan = dataSet.plan(1000, 10_000, 1);
            List<Long> sizes =
                    plan.partitions().stream().map(Partition::rows).sorted().toList();

            assertThat(plan.partitions()).hasSize(8);
            assertThat(plan.totalRows()).isEqualTo(rows);
            assertThat((double) sizes.get(sizes.size() - 1) / sizes.get(sizes.size() / 2))
                    .as("largest partition to the median of %s", sizes)
                    .isLessThan(1.2);
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aTextKeyMakesEvenPartitions(Server server) throws Exception {
        assertEven(
                server,
                "concat('k', mod(i * 7919, 40009), case when mod(i, 3) = 0 then ' ''x' else 'Z' end)",
                "varchar(40)");
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aCompositeKeyMakesEvenPartitionsInOrder(Server server) throws Exception {
        start(
                server,
                "create table pairs (a integer not null, b date not null, id bigint, primary key (a, b, id))",
                "insert into pairs select mod(i, 3), cast('2001-01-01' as date) + cast(mod(i, 11) as integer), i from "
                        + server.series.formatted(9000));
        try (DataSet dataSet = open("table: Pairs", "a", "id", "b")) {
            Plan plan = dataSet.plan(100, 1000, 1);

            assertThat(plan.partitions()).hasSize(8);
            List<String> rows = readAll(dataSet, plan);
            assertThat(rows).hasSize(9000).doesNotHaveDuplicates();
            assertThat(rows.get(0)).isEqualTo("0|33|2001-01-01");
            assertThat(rows.get(8999)).startsWith("2|").endsWith("|2001-01-11");
        }
        databases.close();
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aPartitionGoesOnAtAnyChunk(Server server) throws Exception {
        start(
                server,
                "create table numbers (id bigint primary key)",
                "insert into numbers select i * 3 from " + server.series.formatted(5000));
        try (DataSet dataSet = open("table: numbers", "id")) {
            Plan plan = dataSet.plan(50, 100, 1);
            Partition partition = plan.partitions().get(1);
            List<String> whole = read(dataSet, plan, partition, 0);
            for (int chunk = 0; chunk <= plan.chunkCount(1); chunk++) {
                int first = (int) plan.firstRow(1, chunk);
                assertThat(read(dataSet, plan, partition, chunk)).isEqualTo(whole.subList(first, whole.size()));
            }
        }
        databases.close();
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void parametersAreBoundAndNeverPasted(Server server) throws Exception {
        start(
                server,
                "create table names (id bigint primary key, name varchar(40))",
                "insert into names values (1, 'x'), (2, 'x'' or 1=1 --'), (3, 'x'), (4, null)");
        String where = "table: names, where: \"id >= :least and name = :name -- ends\"";
        try (DataSet dataSet = open(job(where, Map.of("least", "2")), "id")) {
            assertThat(readAll(dataSet, dataSet.plan(10, 10, 1))).containsExactly("3");
        }
        try (DataSet dataSet = open(job(where, Map.of("name", "x' or 1=1 --")), "id")) {
            assertThat(readAll(dataSet, dataSet.plan(10, 10, 1))).containsExactly("2");
        }
        String query = "query: \"select id, name from names where id > :least\", where: \"name = :name\"";
        try (DataSet dataSet = open(job(query, Map.of("least", "1")), "name", "id")) {
            assertThat(readAll(dataSet, dataSet.plan(10, 10, 1))).containsExactly("x|3");
        }
        databases.close();
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void everyTypeKeepsItsValues(Server server) throws Exception {
        start(
                server,
                "create table kinds (id integer primary key, b boolean, s smallint, l bigint, r real, d double precision,"
                        + " n numeric(12,3), w numeric(30,2), dt date, t time(6), ts timestamp(6),"
                        + " tz timestamp(6) with time zone, v varchar(20), u uuid)",
                "insert into kinds values (1, true, -3, -9000000000, 1.5, 'NaN', -12.345, 1234567890123456789012345678.90,"
                        + " date '1969-12-31', time '23:59:59.123456', timestamp '1969-12-31 23:59:59.999999',"
                        + " timestamp with time zone '2001-03-01 01:00:00+02:00', 'Zürich ✈',"
                        + " '00112233-4455-6677-8899-aabbccddeeff')",
                "insert into kinds (id) values (2)",
                "insert into kinds (id, d, v, n) values (3, '-Infinity', '', 0)");
        try (DataSet dataSet =
                open("table: kinds", "id", "b", "s", "l", "r", "d", "n", "w", "dt", "t", "ts", "tz", "v", "u")) {
            assertThat(readAll(dataSet, dataSet.plan(10, 10, 1)))
                    .containsExactly(
                            "1|true|-3|-9000000000|1.5|NaN|-12.345|1234567890123456789012345678.90|1969-12-31"
                                    + "|23:59:59.123456|1969-12-31T23:59:59.999999|2001-02-28T23:00Z|Zürich ✈"
                                    + "|00112233-4455-6677-8899-aabbccddeeff",
                            "2|null|null|null|null|null|null|null|null|null|null|null|null|null",
                            "3|null|null|null|null|-Infinity|0.000|null|null|null|null|null||null");
        }
        databases.close();
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void changedRowsAreRefusedByTheirRange(Server server) throws Exception {
        start(
                server,
                "create table numbers (id bigint primary key, x integer)",
                "insert into numbers select i, 0 from " + server.series.formatted(1000));
        InputFingerprint then;
        Plan plan;
        try (DataSet dataSet = open("table: numbers", "id", "x")) {
            plan = dataSet.plan(50, 100, 2);
            JsonMapper json = JsonMapper.shared();
            then = json.readValue(json.writeValueAsString(dataSet.fingerprint(plan)), InputFingerprint.class);
            for (Partition partition : plan.partitions()) {
                assertThat(json.readValue(json.writeValueAsString(partition), Partition.class))
                        .isEqualTo(partition);
            }
        }
        try (DataSet dataSet = open("table: numbers", "id", "x")) {
            dataSet.requireUnchanged(then, plan.partitions());
        }
        execute("update numbers set x = 1 where id = 500");
        assertChanged(then, plan, "has other rows, as many as before");
        execute("delete from numbers where id = 1");
        assertChanged(then, plan, "keys to before", "rows and has");
        databases.close();
    }

    /** The index says how many rows there are, and only new rows are looked at: whoever writes, and whenever it commits. */
    @Test
    void rowsOfTransactionsThatAreOpenWhileARunIsPlannedCountInTheirOwnTime() throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key, x integer)",
                "insert into numbers select i, 0 from " + Server.POSTGRESQL.series.formatted(20_000),
                "vacuum analyze numbers");
        InputFingerprint then;
        Plan plan;
        try (Connection open = DriverManager.getConnection(url, "postgres", "");
                Statement writing = open.createStatement()) {
            open.setAutoCommit(false);
            writing.execute("update numbers set x = 1 where id = 500");
            execute("update numbers set x = 2 where id = 10000");
            try (DataSet dataSet = open("table: numbers", "id", "x")) {
                plan = dataSet.plan(50, 100, 2);
                then = dataSet.fingerprint(plan);
                assertThat(plan.totalRows()).isEqualTo(20_000);
            }
            try (DataSet dataSet = open("table: numbers", "id", "x")) {
                dataSet.requireUnchanged(then, plan.partitions());
            }
            open.commit();
        }
        assertChanged(then, plan, "keys to before", "has other rows, as many as before");
    }

    /** The transactions' numbers add up to the same before and after: 3 and nothing, 1 and 2. */
    @Test
    void rowsOfSeveralTransactionsThatWereOpenDoNotMakeUpForOneAnother() throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key, x integer)",
                "insert into numbers select i, 0 from " + Server.POSTGRESQL.series.formatted(100));
        InputFingerprint then;
        Plan plan;
        try (Connection first = DriverManager.getConnection(url, "postgres", "");
                Connection second = DriverManager.getConnection(url, "postgres", "");
                Statement writingFirst = first.createStatement();
                Statement writingSecond = second.createStatement()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            writingFirst.execute("select pg_current_xact_id()");
            writingSecond.execute("select pg_current_xact_id()");
            execute("update numbers set x = 3 where id = 50");
            try (DataSet dataSet = open("table: numbers", "id", "x")) {
                plan = dataSet.plan(50, 10_000, 2);
                then = dataSet.fingerprint(plan);
            }
            writingFirst.execute("update numbers set x = 1 where id = 50");
            writingSecond.execute("update numbers set x = 2 where id = 51");
            first.commit();
            second.commit();
        }
        assertChanged(then, plan, "has other rows, as many as before");
    }

    /** None of it writes a row, and all of it makes other rows of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table numbers detach partition low; alter table numbers attach partition other for values from (0) to (500)",
                "alter table numbers rename x to z; alter table numbers rename y to x",
                "alter table numbers drop x; alter table numbers add x integer default 0"
            })
    void otherPartsAndColumnsOfATableAreSeen(String change) throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key, x integer, y integer) partition by range (id)",
                "create table low partition of numbers for values from (0) to (500)",
                "create table high partition of numbers for values from (500) to (2000)",
                "insert into numbers select i, 0, 1 from " + Server.POSTGRESQL.series.formatted(1000),
                "create table other as select id, x + 7 as x, y from low",
                "alter table other add primary key (id)");
        InputFingerprint then;
        Plan plan;
        try (DataSet dataSet = open("table: numbers", "id", "x")) {
            plan = dataSet.plan(50, 100, 2);
            then = dataSet.fingerprint(plan);
        }
        try (DataSet dataSet = open("table: numbers", "id", "x")) {
            dataSet.requireUnchanged(then, plan.partitions());
        }
        execute(change);

        assertChanged(then, plan, "has other parts or columns");
    }

    /** Its rows are of another server, which has transactions of its own. */
    @Test
    void rowsOfAForeignPartAreComparedByTheirValues() throws Exception {
        start(
                Server.POSTGRESQL,
                "create extension postgres_fdw",
                "create table far (id bigint not null, x integer)",
                "insert into far select i, 0 from " + Server.POSTGRESQL.series.formatted(100));
        String database = url.substring(url.lastIndexOf('/') + 1);
        String port = url.replaceAll(".*:(\\d+)/.*", "$1");
        execute(
                "create server itself foreign data wrapper postgres_fdw options (host 'localhost', port '" + port
                        + "', dbname '" + database + "')",
                "create user mapping for current_user server itself options (user 'postgres')",
                "create table numbers (id bigint not null, x integer) partition by range (id)",
                "create foreign table near partition of numbers for values from (0) to (500) server itself options"
                        + " (table_name 'far')");
        InputFingerprint then;
        Plan plan;
        try (DataSet dataSet = open("table: numbers", "id", "x")) {
            plan = dataSet.plan(50, 100, 2);
            then = dataSet.fingerprint(plan);
        }
        execute("update far set x = 1 where id = 50");

        assertChanged(then, plan, "has other rows, as many as before");
    }

    @Test
    void rowsWithoutAKeyAreRefusedFromAnIndexAsWell() throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key, a integer, b integer)",
                "insert into numbers select i, mod(i, 100), case when i > 3 then i end from "
                        + Server.POSTGRESQL.series.formatted(20_000),
                "create index on numbers (a, b)",
                "vacuum analyze numbers");

        assertRefused(
                "table: numbers, partition_by: [a, b]",
                FailureCode.SCHEMA_MISMATCH,
                "3 rows without a value",
                "[a, b]",
                "id");
    }

    /** The server's own words about a plan have the name in them. */
    @Test
    void aTableMayHaveAnyName() throws Exception {
        String name = "\"a  (cost=0.00..0.00 rows=0 width=0)\"";
        start(
                Server.POSTGRESQL,
                "create table " + name + " (id bigint primary key)",
                "insert into " + name + " select i from " + Server.POSTGRESQL.series.formatted(100));
        try (DataSet dataSet = open("table: '" + name + "'", "id")) {
            assertThat(dataSet.plan(50, 100, 2).totalRows()).isEqualTo(100);
        }
    }

    /** Each would be counted in each part's index, which costs the server more than it saves. */
    @Test
    void aTableOfManyPartsIsPlannedByOneScan() throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint, day integer, primary key (id, day)) partition by list (day)",
                "do $$ begin for day in 0..199 loop execute format("
                        + "'create table day_%s partition of numbers for values in (%s)', day, day); end loop; end $$",
                "insert into numbers select i, mod(i, 200) from " + Server.POSTGRESQL.series.formatted(100_000),
                "vacuum analyze numbers");
        long begin = System.nanoTime();
        try (DataSet dataSet = open("table: numbers, partition_by: id", "id")) {
            assertThat(dataSet.plan(50, 1000, 16).totalRows()).isEqualTo(100_000);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    /** Its sample finds no key, and its server thinks that it has some rows. */
    @Test
    void aTableThatWasEmptiedHasNoPartitions() throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key)",
                "insert into numbers select i from " + Server.POSTGRESQL.series.formatted(20_000),
                "vacuum analyze numbers",
                "delete from numbers");
        try (DataSet dataSet = open("table: numbers", "id")) {
            Plan plan = dataSet.plan(50, 100, 2);

            assertThat(plan.partitions()).isEmpty();
            assertThat(plan.totalRows()).isZero();
        }
    }

    @Test
    void nobodyDropsATableOfPostgresWhileItIsRead() throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key)",
                "insert into numbers select i from " + Server.POSTGRESQL.series.formatted(1000));
        try (DataSet dataSet = open("table: numbers", "id")) {
            Plan plan = dataSet.plan(50, 100, 2);
            for (String change : List.of("drop table numbers", "alter table numbers rename column id to i")) {
                assertThatThrownBy(() -> execute("set lock_timeout = '50ms'", change))
                        .hasMessageContaining("lock timeout");
            }
            assertThat(readAll(dataSet, plan)).hasSize(1000);
        }
        execute("drop table numbers");
    }

    /** Whoever waits for the table lets nobody past. */
    @Test
    void readingEndsThoughSomebodyWaitsToDropTheTable() throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key)",
                "insert into numbers select i from " + Server.POSTGRESQL.series.formatted(1000));
        CompletableFuture<Void> dropping;
        try (DataSet dataSet = open("table: numbers", "id")) {
            Plan plan = dataSet.plan(50, 100, 2);
            List<String> rows = read(dataSet, plan, plan.partitions().get(0), 0);
            dropping = inBackground("drop table numbers");
            awaitWaitingFor("numbers");

            for (Partition partition :
                    plan.partitions().subList(1, plan.partitions().size())) {
                rows.addAll(read(dataSet, plan, partition, 0));
            }
            assertThat(rows).hasSize(1000);
        }
        dropping.get(10, TimeUnit.SECONDS);
    }

    /** PostgreSQL shows a table that was emptied as empty to those as well who looked before. */
    @ParameterizedTest
    @ValueSource(strings = {"table: numbers", "query: select * from numbers"})
    void aTableThatIsBeingFilledAnewIsReadAsItIsThen(String source) throws Exception {
        start(
                Server.POSTGRESQL,
                "create table numbers (id bigint primary key)",
                "insert into numbers select i from " + Server.POSTGRESQL.series.formatted(1000));
        try (Connection filling = DriverManager.getConnection(url, "postgres", "");
                Statement writing = filling.createStatement()) {
            filling.setAutoCommit(false);
            writing.execute("truncate numbers");
            writing.execute("insert into numbers select i + 1000 from " + Server.POSTGRESQL.series.formatted(500));
            CompletableFuture<List<String>> reading = CompletableFuture.supplyAsync(() -> {
                try (DataSet dataSet = open(source, "id")) {
                    return readAll(dataSet, dataSet.plan(50, 100, 2));
                }
            });
            awaitWaitingFor("numbers");
            filling.commit();

            assertThat(reading.get(10, TimeUnit.SECONDS)).hasSize(500).contains("1001", "1500");
        }
    }

    private CompletableFuture<Void> inBackground(String sql) {
        return CompletableFuture.runAsync(() -> {
            try {
                execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void awaitWaitingFor(String table) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                PreparedStatement select = connection.prepareStatement(
                        "select count(*) from pg_locks where not granted and relation = to_regclass(?)")) {
            select.setString(1, table);
            long waiting = 0;
            while (waiting == 0) {
                assertThat(System.nanoTime()).as("somebody waits for " + table).isLessThan(deadline);
                try (ResultSet count = select.executeQuery()) {
                    count.next();
                    waiting = count.getLong(1);
                }
            }
        }
    }

    /** Behind the rows that the first fetch brings, and not while the rows are measured. */
    @Test
    void aFailureOfTheServerBetweenRowsIsOfNoColumn() throws Exception {
        start(
                Server.POSTGRESQL,
                "create table base (id bigint primary key)",
                "insert into base select i from " + Server.POSTGRESQL.series.formatted(10_000),
                "create function late(i bigint) returns integer language plpgsql stable as $$ begin return i / case when i = 9000"
                        + " and current_query() like 'select \"id\"%' then 0 else 1 end; end $$",
                "create view numbers as select id, late(id) as x from base");
        execute("alter database " + url.substring(url.lastIndexOf('/') + 1) + " set enable_sort = off");
        try (DataSet dataSet = open("table: numbers", "id", "x")) {
            Plan plan = dataSet.plan(50, 100, 2);

            assertThatThrownBy(() -> readAll(dataSet, plan))
                    .hasMessageContainingAll("the table numbers", "division by zero", "SQLSTATE 22012")
                    .satisfies(e -> assertThat(((NightshiftException) e).code()).isEqualTo(FailureCode.QUERY_INVALID));
        }
    }

    @Test
    void aTableOfH2ThatIsDroppedWhileItIsReadIsMissed() throws Exception {
        start(
                Server.H2,
                "create table numbers (id bigint primary key)",
                "insert into numbers select i from " + Server.H2.series.formatted(1000));
        try (DataSet dataSet = open("table: numbers", "id")) {
            Plan plan = dataSet.plan(50, 100, 2);
            execute("drop table numbers");

            assertThatThrownBy(() -> readAll(dataSet, plan))
                    .hasMessageContaining("is not there (any more)")
                    .satisfies(e -> assertThat(((NightshiftException) e).code()).isEqualTo(FailureCode.INPUT_MISSING));
        }
        databases.close();
    }

    private void assertChanged(InputFingerprint then, Plan plan, String... words) {
        try (DataSet dataSet = open("table: numbers", "id", "x")) {
            assertThatThrownBy(() -> dataSet.requireUnchanged(then, plan.partitions()))
                    .hasMessageContainingAll(words)
                    .satisfies(e -> assertThat(((NightshiftException) e).code()).isEqualTo(FailureCode.INPUT_CHANGED));
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void whatIsWrongIsSaidBeforeTheFirstRow(Server server) throws Exception {
        start(
                server,
                "create table flights (id bigint primary key, origin varchar(3), list integer array, k integer)",
                "insert into flights (id) values (1), (2)");
        assertRefused("table: flihgts", FailureCode.INPUT_MISSING, "'flihgts'", "did you mean 'flights'?");
        assertRefused(
                "table: flights", FailureCode.SCHEMA_MISMATCH, "'orgin'", "did you mean 'origin'?", "orgin", "id");
        assertRefused("table: flights", FailureCode.SCHEMA_MISMATCH, "an array", "", "list", "id");
        assertRefused("query: select 1 +", FailureCode.QUERY_INVALID, "SQL", "SQLSTATE 42");
        assertRefused(
                "table: flights, where: \"origin > date '2001-01-01' + 'x'\"", FailureCode.QUERY_INVALID, "SQL", "");
        assertRefused("table: flights, partition_by: k", FailureCode.SCHEMA_MISMATCH, "2 rows without a value", "k");
        databases.close();
    }

    private void assertRefused(String source, FailureCode code, String first, String second, String... columns) {
        assertThatThrownBy(() -> {
                    try (DataSet dataSet = open(source, columns.length == 0 ? new String[] {"id"} : columns)) {
                        dataSet.plan(1, 1, 2);
                    }
                })
                .satisfies(e -> {
                    assertThat(String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT))
                            .contains(
                                    first.toLowerCase(java.util.Locale.ROOT),
                                    second.toLowerCase(java.util.Locale.ROOT));
                    FailureCode thrown = ((NightshiftException) e).code();
                    assertThat(thrown).isEqualTo(code);
                });
    }
}
