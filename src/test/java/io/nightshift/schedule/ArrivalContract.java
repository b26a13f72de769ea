package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.Application;
import io.nightshift.ManualClock;
import io.nightshift.PostgresServer;
import io.nightshift.alert.AlertKind;
import io.nightshift.alert.AlertLog;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.jdbc.Databases;
import io.nightshift.storage.Storages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/** How data that arrives fires schedules, on every database that may keep them. */
abstract class ArrivalContract {

    private static final LocalDateTime SEEN = LocalDateTime.of(2026, 11, 24, 3, 30);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock("2026-11-24T02:30:00Z");
    private final List<ArrivalWatch> watches = new ArrayList<>();
    private String warehouse = "";
    private Databases databases;
    private Home home;
    private ConfigurableApplicationContext context;
    private ArrivalWatch watch;

    /** What the configuration says of the metadata; the database {@code warehouse} is there. */
    abstract String metadata();

    abstract Home home(Path folder);

    @BeforeEach
    void open() throws Exception {
        warehouse = PostgresServer.newDatabase();
        Path configuration = Files.writeString(
                folder.resolve("nightshift.yaml"),
                "databases: {warehouse: {url: '" + warehouse + "', user: postgres}}\n" + metadata());
        databases = new Databases(Configuration.load(configuration).databases(), Map.of());
        home = home(folder);
        context = Application.start(home, databases, clock);
        watch = watch();
    }

    @AfterEach
    void close() throws Exception {
        watches.forEach(ArrivalWatch::close);
        context.close();
        databases.close();
        home.close();
    }

    @Test
    void aMarkerFiresWhenItAppearsOrBecomesNewer() throws Exception {
        Path marker = folder.resolve("in/_SUCCESS");
        schedule("marker: '" + marker + "'");
        look();
        assertThat(fires()).as("no folder is nothing yet").isEmpty();
        assertThat(trouble()).isNull();
        Files.createDirectories(folder.resolve("in"));
        Files.writeString(marker, "");
        look();
        look();
        assertThat(fires()).extracting(Fire::logicalDate).containsExactly(SEEN.plusSeconds(4));
        assertThat(fires()).allSatisfy(fire -> {
            assertThat(fire.outcome()).isEqualTo(FireOutcome.FIRED);
            assertThat(fire.run()).isNotNull();
            assertThat(fire.reason()).contains(marker.toString());
        });
        Files.setLastModifiedTime(marker, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
        look();
        look();
        assertThat(fires()).hasSize(2);
    }

    @Test
    void aMarkerThatWasThereIsNoEventUntilItChanges() throws Exception {
        Path marker = Files.writeString(folder.resolve("done"), "1");
        schedule("marker: '" + marker + "'");
        look();
        assertThat(fires()).isEmpty();
        Files.writeString(marker, "22");
        look();
        assertThat(fires()).hasSize(1);
    }

    @Test
    void aPlaceThatCannotBeReadIsTrouble() throws Exception {
        Path loop = folder.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        schedule("marker: '" + loop + "'");
        lookInTrouble();
        assertThat(trouble()).startsWith("STORAGE_FAILED: cannot look at " + loop);
        Files.delete(loop);
        look();
        assertThat(trouble()).isNull();
    }

    @Test
    void eachNewPartitionFiresOnceForItsDate() throws Exception {
        Path in = folder.resolve("in");
        schedule("partition: '" + in + "'");
        look();
        Files.createDirectories(in.resolve("date=2001-03-05"));
        Files.createDirectories(in.resolve("day=2001-03-06"));
        Files.createDirectories(in.resolve("2001-03-07"));
        Files.createDirectories(in.resolve("date=2001-02-30"));
        Files.createDirectories(in.resolve("_temporary"));
        look();
        Files.writeString(in.resolve("date=2001-03-05/part"), "more rows are no other folder");
        look();
        assertThat(fires())
                .extracting(Fire::logicalDate)
                .containsExactlyInAnyOrder(
                        LocalDateTime.of(2001, 3, 5, 0, 0),
                        LocalDateTime.of(2001, 3, 6, 0, 0),
                        LocalDateTime.of(2001, 3, 7, 0, 0),
                        SEEN.plusSeconds(4));
    }

    @Test
    void aPatternFindsNestedPartitionsAndMarkersInThem() throws Exception {
        Path in = folder.resolve("in");
        Files.createDirectories(in.resolve("region=eu/date=2001-03-01"));
        Files.writeString(in.resolve("region=eu/date=2001-03-01/_SUCCESS"), "");
        schedule("partition: '" + in + "/region=*/date=*/_SUCCESS'");
        look();
        Files.createDirectories(in.resolve("region=us/date=2001-03-02"));
        look();
        assertThat(fires()).as("without its marker").isEmpty();
        Files.writeString(in.resolve("region=us/date=2001-03-02/_SUCCESS"), "");
        look();
        assertThat(fires()).extracting(Fire::logicalDate).containsExactly(LocalDateTime.of(2001, 3, 2, 0, 0));
    }

    @Test
    void aValueFiresWheneverItIsAnother() throws Exception {
        sql("create table flights (id bigint)");
        schedule("{database: warehouse, query: select max(id) from flights}");
        look();
        look();
        assertThat(fires()).as("there when the schedule was applied").isEmpty();
        sql("insert into flights values (41)");
        look();
        look();
        sql("insert into flights values (42)");
        look();
        sql("delete from flights where id = 42");
        look();
        assertThat(fires())
                .extracting(Fire::reason)
                .containsExactly(
                        "the value is 41, it was 42", "the value is 42, it was 41", "the value is 41, it was null");
    }

    @Test
    void aQueryThatFailsIsToldOnceAndTriedAgain() throws Exception {
        sql("create table flights (id bigint)");
        schedule("{database: warehouse, query: select count(*) from flights}");
        look();
        sql("drop table flights");
        lookInTrouble();
        assertThat(trouble())
                .startsWith("DATABASE_FAILED: the query of database 'warehouse' failed:")
                .contains("flights");
        look(() -> true);
        look(() -> true);
        assertThat(alerts()).hasSize(1);
        sql("create table flights as select 1 as id");
        look();
        assertThat(trouble()).isNull();
        assertThat(fires()).hasSize(1);
        sql("drop table flights");
        lookInTrouble();
        assertThat(alerts()).as("another trouble").hasSize(2);
    }

    @Test
    void aQueryMayGiveOneValueAndMayNotWrite() throws Exception {
        sql("create table flights (id bigint)");
        schedule("{database: warehouse, query: 'select * from (values (1), (2)) v'}");
        lookInTrouble();
        assertThat(trouble()).contains("QUERY_INVALID", "gives more than one row; it is to give one value");
        schedule("{database: warehouse, query: 'select 1, 2'}");
        lookInTrouble();
        assertThat(trouble()).contains("gives 2 columns");
        schedule(
                "{database: warehouse, query: 'with n as (insert into flights values (1) returning id) select * from n'}");
        lookInTrouble();
        assertThat(trouble()).contains("read-only transaction");
    }

    @Test
    void aSlowQueryIsEndedAndDelaysNoOtherSchedule() throws Exception {
        schedule("slow", "{database: warehouse, query: select pg_sleep(60)}");
        Path marker = folder.resolve("done");
        schedule("quick", "marker: '" + marker + "'");
        clock.advance(Duration.ofSeconds(2));
        watch = watch(Duration.ofSeconds(8));
        watch.look(known("slow"), definition("slow"), arrival("slow"), name -> {});
        look("quick", () -> true);
        Files.writeString(marker, "");
        look("quick", () -> true);
        assertThat(trouble("slow")).as("it is still asked").isNull();
        assertThat(fires()).extracting(Fire::schedule).containsExactly("quick");
        await(() -> trouble("slow") != null);
        assertThat(trouble("slow")).contains("gave no answer within 8 s");
    }

    @Test
    void severalProcessesNeitherLoseNorDoubleAnything() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        schedule("partition: '" + in + "'");
        look();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ArrivalWatch other = watch();
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 20; round++) {
                    clock.advance(Duration.ofSeconds(1));
                    other.look(known("arrivals"), definition("arrivals"), arrival("arrivals"), handOver()::events);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            });
            thread.setUncaughtExceptionHandler((where, thrown) -> failures.add(thrown));
            threads.add(thread);
            thread.start();
        }
        for (int i = 0; i < 40; i++) {
            Files.createDirectories(in.resolve("part-" + i));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        watches.forEach(ArrivalWatch::close);
        watch = watch();
        look();
        assertThat(failures).isEmpty();
        assertThat(trouble()).isNull();
        assertThat(fires()).hasSize(40);
        assertThat(fires().stream().map(Fire::run).distinct()).hasSize(40);
        assertThat(fires().stream()
                        .map(fire -> fire.reason().replaceAll(",.*", ""))
                        .distinct())
                .hasSize(40);
    }

    @Test
    void oneOfSeveralProcessesLooks() {
        schedule("marker: '" + folder.resolve("done") + "'");
        Instant now = clock.instant();
        ScheduleTable table = context.getBean(HandOver.Tables.class).schedules();
        assertThat(table.takeTurn("arrivals", now, Duration.ofSeconds(1))).isTrue();
        assertThat(table.takeTurn("arrivals", now.plusMillis(900), Duration.ofSeconds(1)))
                .isFalse();
        assertThat(table.takeTurn("arrivals", now.plusMillis(1000), Duration.ofSeconds(1)))
                .isTrue();
    }

    @Test
    void whatIsStoredIsActedOnThoughItsProcessDied() throws Exception {
        Path marker = folder.resolve("done");
        schedule("marker: '" + marker + "'");
        look();
        Files.writeString(marker, "");
        look("arrivals", () -> true, name -> {});
        assertThat(fires()).isEmpty();
        handOver().events("arrivals");
        handOver().events("arrivals");
        assertThat(fires()).hasSize(1);
    }

    @Test
    void aSlowAnswerThatCameBackAfterALaterOneIsNoNews() throws Exception {
        schedule("{database: warehouse, query: select 1}");
        look();
        ArrivalEvents events =
                new ArrivalEvents(context.getBean(HandOver.Tables.class).events());
        Instant now = clock.instant();
        value(events, now.plusSeconds(10), "2");
        value(events, now.plusSeconds(5), "1");
        handOver().events("arrivals");
        assertThat(fires()).extracting(Fire::reason).containsExactly("the value is 2, it was 1");
    }

    @Test
    void whatArrivedWhileAScheduleWasRemovedIsNoEvent() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        Path files = Files.createDirectories(folder.resolve("schedules"));
        Path file = files.resolve("arrivals.yaml");
        Reconciler reconciler = new Reconciler(
                files,
                context.getBean(HandOver.Tables.class),
                context.getBean(Definitions.class),
                handOver(),
                context.getBean(ScheduleAlerts.class),
                transactions(),
                clock);
        String text = text("arrivals", "partition: '" + in + "'");
        Files.writeString(files.resolve("other.yaml"), text("other", "marker: '" + folder.resolve("done") + "'"));
        Files.writeString(file, text);
        reconciler.apply("ann");
        look();
        Files.delete(file);
        reconciler.apply("ann");
        Files.createDirectories(in.resolve("meanwhile"));
        Files.writeString(file, text);
        reconciler.apply("ann");
        look();
        Files.createDirectories(in.resolve("afterwards"));
        look();
        assertThat(fires()).hasSize(1);
        assertThat(fires().get(0).reason()).contains("afterwards");
    }

    private void value(ArrivalEvents events, Instant at, String value) {
        transactions()
                .executeWithoutResult(status -> events.value(
                        new ArrivalEvents.Look(
                                known("arrivals"),
                                definition("arrivals"),
                                arrival("arrivals").source(),
                                at),
                        value));
    }

    private ArrivalWatch watch() {
        return watch(Duration.ofSeconds(1));
    }

    private ArrivalWatch watch(Duration timeout) {
        ArrivalWatch made = new ArrivalWatch(
                context.getBean(HandOver.Tables.class),
                context.getBean(Storages.class),
                new QueryValue(databases, timeout),
                context.getBean(ScheduleAlerts.class),
                transactions(),
                clock);
        watches.add(made);
        return made;
    }

    void schedule(String when) {
        schedule("arrivals", when);
    }

    private void schedule(String name, String when) {
        ScheduleTable table = context.getBean(HandOver.Tables.class).schedules();
        String text = text(name, when);
        ScheduleTable.Applied applied = new ScheduleTable.Applied(
                name,
                "flight-delay-daily",
                name + ".yaml",
                text,
                Map.of(),
                Integer.toHexString(text.hashCode()),
                "ann");
        if (table.find(name).isPresent()) {
            table.change(applied, clock.instant(), clock.instant());
        } else {
            table.add(applied, clock.instant());
        }
    }

    private static String text(String name, String when) {
        return """
                schedule: %s
                job: flight-delay-daily
                time_zone: Europe/Berlin
                when: %s
                """.formatted(
                        name,
                        when.startsWith("{")
                                ? when.replace("}", ", check_every: 1s}")
                                        .replaceFirst("query: (select[^'}]*), check", "query: '$1', check")
                                : "{" + when + ", check_every: 1s}");
    }

    void look() {
        look(() -> true);
    }

    private void lookInTrouble() {
        clock.advance(Duration.ofSeconds(2));
        watch.look(known("arrivals"), definition("arrivals"), arrival("arrivals"), handOver()::events);
        await(() -> trouble() != null);
        // Until it is over, the next look is passed over.
        await(() -> !watch.isLooking("arrivals"));
    }

    private void look(BooleanSupplier until) {
        look("arrivals", until);
    }

    private void look(String name, BooleanSupplier until) {
        look(name, until, handOver()::events);
    }

    /** Looks once, and waits until that is over; one that found trouble is over when the next may begin. */
    private void look(String name, BooleanSupplier until, Consumer<String> then) {
        clock.advance(Duration.ofSeconds(2));
        CountDownLatch seen = new CountDownLatch(1);
        String before = trouble(name);
        watch.look(known(name), definition(name), arrival(name), schedule -> {
            then.accept(schedule);
            seen.countDown();
        });
        await(() -> seen.getCount() == 0 || before != null && trouble(name) != null && !watch.isLooking(name));
        await(() -> !watch.isLooking(name));
        await(until);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private KnownSchedule known(String name) {
        return context.getBean(HandOver.Tables.class).schedules().find(name).orElseThrow();
    }

    private ScheduleDefinition definition(String name) {
        return context.getBean(Definitions.class).of(known(name));
    }

    private Trigger.Arrival arrival(String name) {
        return (Trigger.Arrival) definition(name).trigger();
    }

    String trouble() {
        return trouble("arrivals");
    }

    private String trouble(String name) {
        return known(name).trouble();
    }

    List<Fire> fires() {
        return context.getBean(FireLog.class).list(new FireFilter(null, null, null, null, null, 1000));
    }

    private List<AlertLog.Entry> alerts() {
        return context.getBean(AlertLog.class).list(null, 100).stream()
                .filter(entry -> entry.kind() == AlertKind.SCHEDULE_TROUBLED)
                .toList();
    }

    private HandOver handOver() {
        return context.getBean(HandOver.class);
    }

    private TransactionTemplate transactions() {
        return context.getBean(LedgerDatabases.class).metadata().transactions();
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(warehouse, "postgres", "")) {
            connection.createStatement().execute(statement);
        }
    }
}
