package io.nightshift.run;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;

/**
 * The Spring Batch job of an attempt: plan, then one chunk-oriented step per partition, then finish. Batch conducts and
 * keeps its books; what is done and what is next, the ledger says.
 */
final class ScoringJob {

    private final JobRepository repository;

    ScoringJob(JobRepository repository) {
        this.repository = repository;
    }

    Job of(Attempt attempt) {
        PartitionWorkers workers = new PartitionWorkers(attempt, repository);
        return new JobBuilder(attempt.job().name().value(), repository)
                .start(new WorkStep("plan", repository, step -> attempt.plan()))
                .next(new WorkStep("score", repository, workers::score))
                .next(new WorkStep("finish", repository, step -> attempt.finish()))
                .build();
    }
}
