package io.nightshift.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.partition.Partitioner;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * The Spring Batch job of an attempt: plan, then one chunk-oriented step per partition, then finish. Batch conducts and
 * keeps its books; what is done and what is next, the ledger says.
 */
final class ScoringJob {

    private static final String PARTITION = "partition";

    private final JobRepository repository;

    ScoringJob(JobRepository repository) {
        this.repository = repository;
    }

    Job of(Attempt attempt) {
        return new JobBuilder(attempt.job().name().value(), repository)
                .start(new WorkStep("plan", repository, attempt::plan))
                .next(score(attempt))
                .next(new WorkStep("finish", repository, attempt::finish))
                .build();
    }

    private Step score(Attempt attempt) {
        Partitioner partitioner = gridSize -> contexts(attempt.openPartitions());
        return new StepBuilder("score", repository)
                .partitioner("score", partitioner)
                .partitionHandler(new PartitionWorkers(attempt, repository))
                .build();
    }

    private static Map<String, ExecutionContext> contexts(List<Integer> partitions) {
        Map<String, ExecutionContext> contexts = new LinkedHashMap<>();
        for (int number : partitions) {
            ExecutionContext context = new ExecutionContext();
            context.putInt(PARTITION, number);
            contexts.put(String.format("partition-%06d", number), context);
        }
        return contexts;
    }

    static int partitionOf(ExecutionContext context) {
        return context.getInt(PARTITION);
    }
}
