package io.nightshift.run;

import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.PartitionRecord;
import io.nightshift.ledger.RunRecord;
import io.nightshift.read.InputFingerprint;
import io.nightshift.read.Partition;
import io.nightshift.read.Plan;
import java.util.List;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Freezes the plan of a run in its first attempt, and holds every later attempt to it. */
final class PlanKeeper {

    private final Ledgers ledgers;
    private final TransactionTemplate transactions;
    private final JsonMapper json = JsonMapper.shared();

    PlanKeeper(Ledgers ledgers, TransactionTemplate transactions) {
        this.ledgers = ledgers;
        this.transactions = transactions;
    }

    /**
     * The run's plan.
     *
     * @throws NightshiftException INPUT_CHANGED or MODEL_INVALID where input or model are no longer those of the plan
     */
    Plan frozen(RunRecord run, JobDefinition job, Workplace workplace) {
        return run.input() == null ? freeze(run, job, workplace) : read(run, job, workplace);
    }

    private Plan freeze(RunRecord run, JobDefinition job, Workplace workplace) {
        Plan plan = workplace
                .dataSet()
                .plan(
                        job.compute().batchRows(),
                        job.compute().chunkRows(),
                        workplace.threads().scorers());
        List<PartitionRecord> records = plan.partitions().stream()
                .map(partition -> new PartitionRecord(
                        partition.number(),
                        plan.chunkCount(partition.number()),
                        partition.rows(),
                        json.writeValueAsString(partition)))
                .toList();
        InputFingerprint fingerprint = workplace.dataSet().fingerprint(plan);
        String input = json.writeValueAsString(fingerprint);
        String snapshot = Snapshot.of(run, workplace, fingerprint);
        transactions.executeWithoutResult(status -> {
            ledgers.details().freezePlan(run.id(), records, plan.prunedRows(), input);
            ledgers.details().snapshot(run.id(), snapshot);
        });
        Failpoint.PLAN_FROZEN.pass();
        return plan;
    }

    private Plan read(RunRecord run, JobDefinition job, Workplace workplace) {
        requireSameModel(run, workplace);
        Plan plan = recorded(run, job);
        workplace.dataSet().requireUnchanged(json.readValue(run.input(), InputFingerprint.class), plan.partitions());
        return plan;
    }

    /** The plan that a run recorded, whatever became of its input and model. */
    Plan recorded(RunRecord run, JobDefinition job) {
        List<Partition> partitions = ledgers.details().plan(run.id()).stream()
                .map(record -> json.readValue(record.description(), Partition.class))
                .toList();
        long pruned = ledgers.details().prunedRows(run.id()).orElse(0L);
        long rows = partitions.stream().mapToLong(Partition::rows).sum();
        return new Plan(partitions, job.compute().batchRows(), job.compute().chunkRows(), rows + pruned, pruned);
    }

    /** Whether the input is no longer, in any row, what it was when the plan was made. */
    boolean inputChanged(RunRecord run, Plan plan, Workplace workplace) {
        try {
            workplace
                    .dataSet()
                    .requireUnchanged(json.readValue(run.input(), InputFingerprint.class), plan.partitions());
            return false;
        } catch (NightshiftException e) {
            if (e.code() == FailureCode.INPUT_CHANGED) {
                return true;
            }
            throw e;
        }
    }

    private void requireSameModel(RunRecord run, Workplace workplace) {
        JsonNode recorded =
                json.readTree(String.valueOf(run.snapshot())).path("model").path("files");
        workplace.folder().checksums().forEach((name, sha256) -> {
            String then = recorded.path(name).asString("");
            if (!then.equals(sha256)) {
                throw new NightshiftException(
                        FailureCode.MODEL_INVALID,
                        "the model changed since the run was planned: " + name + " had SHA-256 " + then + " and has "
                                + sha256 + "; start a new run to use it, or put the old file back");
            }
        });
    }
}
