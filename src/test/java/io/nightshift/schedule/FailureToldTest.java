package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies once a run's failure is recorded, and before anybody was told: the next one tells. */
class FailureToldTest {

    @TempDir
    Path folder;

    private final List<NightshiftProcess> nodes = new ArrayList<>();

    @AfterEach
    void killAll() throws Exception {
        for (NightshiftProcess node : nodes) {
            node.killAfter(0);
        }
    }

    @Test
    void aFailureIsToldAlsoWhereItsProcessDiesBeforeItTells() throws Exception {
        ServiceFolder service = ServiceFolder.onPostgres(folder, "");
        service.job("small", "post_process: [{sql: delete from nope}]\n");
        service.schedule("s", "every: 30d");
        try (ServingNode here = new ServingNode(service, "here", Clock.systemUTC())) {
            here.keeper().reload("ann");
            here.handOver().byHand("s", null, "ann");
        }
        NightshiftProcess first = service.serve("-Dnightshift.failpoint=run_ended:1");
        nodes.add(first);
        assertThat(first.await().exit()).isEqualTo(137);
        FireAudit audit = new FireAudit(service.database());
        String alerts = "select count(*) from nightshift_alert where kind = 'RUN_FAILED'";
        assertThat(audit.count("select count(*) from nightshift_run where state = 'FAILED'"))
                .isEqualTo(1);
        assertThat(audit.count(alerts)).isZero();
        nodes.add(service.serve());
        audit.await("alerts", 90, alerts, 1);
        assertThat(audit.count("select count(*) from nightshift_queue")).isZero();
    }
}
