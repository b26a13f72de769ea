package io.nightshift.run;

import java.util.function.Consumer;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;

/**
 * The Spring Batch job of an attempt: plan, then one chunk-oriented step per partition, then finish. Batch conducts and
 * keeps its books; what is done and what is next, the ledger says.
 */
final class ScoringJob {

    private final JobRepository repository;
    private final JobRepository books;

    ScoringJob(JobRepository repository) {
        this.repository = repository;
        this.books = StepBooks.of(repository);
    }

    Job of(Attempt attempt) {
        PartitionWorkers workers = new PartitionWorkers(attempt, repository, books);
        return new JobBuilder(attempt.job().name().value(), books)
                .start(step("plan", execution -> attempt.plan()))
                .next(step("score", workers::score))
                .next(step("finish", execution -> attempt.finish()))
                .build();
    }

    private Step step(String name, Consumer<StepExecution> work) {
        return new WorkStep(name, repository, books, work);
    }
}
