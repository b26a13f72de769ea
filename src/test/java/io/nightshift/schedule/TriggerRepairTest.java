package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.alert.AlertKind;
import io.nightshift.alert.AlertLog;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.LedgerDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Quartz's rows of a trigger are damaged in every way that keeps it from firing: what was due is handed over, and it fires again. */
class TriggerRepairTest {

    private static final String TRIGGERS = "nightshift_quartz_triggers";
    private static final String CHILDREN = "nightshift_quartz_simple_triggers";

    private static final int MANY = 200;

    @TempDir
    Path folder;

    private enum Damage {
        BLOCKED("its trigger was BLOCKED", "update " + TRIGGERS + " set trigger_state = 'BLOCKED'"),
        ACQUIRED(
                "its trigger was ACQUIRED and nobody had it in hand",
                "update " + TRIGGERS + " set trigger_state = 'ACQUIRED'"),
        ERROR("its trigger was ERROR", "update " + TRIGGERS + " set trigger_state = 'ERROR'"),
        PAUSED("its trigger was PAUSED", "update " + TRIGGERS + " set trigger_state = 'PAUSED'"),
        NO_ROW("it had no trigger", "delete from " + CHILDREN, "delete from " + TRIGGERS),
        NO_CHILD("its trigger was WAITING", "delete from " + CHILDREN),
        FIRED_BY_A_DEAD_PROCESS(
                "its trigger was ACQUIRED",
                "update " + TRIGGERS + " set trigger_state = 'ACQUIRED'",
                "insert into nightshift_quartz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group,"
                        + " instance_name, fired_time, sched_time, priority, state) values ('nightshift', 'stale', 's',"
                        + " 'schedules', 'dead', 1, 1, 5, 'ACQUIRED')");

        private final String words;
        private final List<String> statements;

        Damage(String words, String... statements) {
            this.words = words;
            this.statements = List.of(statements);
        }
    }

    @ParameterizedTest
    @EnumSource
    void repairsOnPostgres(Damage damage) throws Exception {
        repairs(ServiceFolder.onPostgres(folder, ServiceFolder.NO_WORKERS), damage);
    }

    @ParameterizedTest
    @EnumSource
    void repairsInTheEmbeddedDatabase(Damage damage) throws Exception {
        repairs(ServiceFolder.embedded(folder, ServiceFolder.NO_WORKERS), damage);
    }

    private static void repairs(ServiceFolder service, Damage damage) throws Exception {
        service.schedule("s", "every: 1h");
        ShiftedClock clock = new ShiftedClock(Duration.ZERO);
        try (ServingNode node = new ServingNode(service, "home", clock)) {
            JdbcClient jdbc = node.bean(LedgerDatabases.class).metadata().jdbc();
            StuckTriggers triggers =
                    new StuckTriggers(node.bean(LedgerDatabases.class).metadata());
            node.keeper().reload("ann");
            assertThat(triggers.armed()).containsOnlyKeys("s");
            node.keeper().repairStuck();
            assertThat(alerts(node)).as("a trigger that waits is not stuck").isEmpty();

            damage.statements.forEach(statement -> jdbc.sql(statement).update());
            clock.shift(Duration.ofMinutes(90));
            node.keeper().repairStuck();
            node.keeper().repairStuck();

            FireAudit audit =
                    new FireAudit(node.bean(LedgerDatabases.class).metadata().dataSource());
            assertThat(audit.requireEachOnce(clock.instant(), damage.toString()))
                    .isPositive();
            assertThat(triggers.armed())
                    .containsEntry("s", node.bean(Schedules.class).get("s").nextFireAt());
            assertThat(audit.count("select count(*) from " + CHILDREN)).isEqualTo(1);
            assertThat(alerts(node)).singleElement().asString().contains(damage.words);
        }
    }

    @Test
    void manyThatAreLateAtOnceAreOneAlert() throws Exception {
        ServiceFolder service = ServiceFolder.onPostgres(folder, ServiceFolder.NO_WORKERS);
        service.schedules(MANY, "every: 1h");
        ShiftedClock clock = new ShiftedClock(Duration.ZERO);
        try (ServingNode node = new ServingNode(service, "home", clock)) {
            node.keeper().reload("ann");
            clock.shift(Duration.ofMinutes(90));
            node.keeper().repairStuck();

            LedgerDatabase metadata = node.bean(LedgerDatabases.class).metadata();
            assertThat(new FireAudit(metadata.dataSource()).requireEachOnce(clock.instant(), "late"))
                    .isGreaterThanOrEqualTo(MANY);
            assertThat(new StuckTriggers(metadata).armed()).hasSize(MANY);
            assertThat(alerts(node))
                    .singleElement()
                    .asString()
                    .contains("after its time: " + MANY, "its trigger was WAITING", "and " + (MANY - 20) + " more");
        }
    }

    private static List<String> alerts(ServingNode node) {
        return node.bean(AlertLog.class).list(null, 100).stream()
                .filter(alert -> alert.kind() == AlertKind.TRIGGER_REPAIRED)
                .map(AlertLog.Entry::text)
                .toList();
    }
}
