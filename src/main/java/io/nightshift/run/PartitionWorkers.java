package io.nightshift.run;

import io.nightshift.data.ScoredBatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.partition.PartitionHandler;
import org.springframework.batch.core.partition.StepExecutionSplitter;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.ChunkOrientedStepBuilder;

/**
 * Runs the partitions of an attempt on its workers. Each worker is one thread with its own model predictor, buffers and
 * connection, and takes whole partitions off a common queue; workers share nothing else. Where there is one partition of a table, its
 * worker has threads that read ahead and score. When one fails or a stop is
 * asked for, the others end after the chunk in hand.
 */
final class PartitionWorkers implements PartitionHandler {

    private final Attempt attempt;
    private final JobRepository repository;
    private final JobRepository books;

    PartitionWorkers(Attempt attempt, JobRepository repository) {
        this.attempt = attempt;
        this.repository = repository;
        this.books = PartitionBooks.of(repository);
    }

    @Override
    public Collection<StepExecution> handle(StepExecutionSplitter splitter, StepExecution manager) throws Exception {
        int workers = attempt.workers();
        List<StepExecution> partitions = new ArrayList<>(splitter.split(manager, workers));
        partitions.sort(Comparator.comparingInt(PartitionWorkers::partitionOf));
        Queue<StepExecution> queue = new ConcurrentLinkedQueue<>(partitions);
        attempt.control().scoringStarts();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(() -> work(queue), "nightshift-worker-" + i);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        attempt.scoringEnded();
        return partitions;
    }

    private static int partitionOf(StepExecution execution) {
        return ScoringJob.partitionOf(execution.getExecutionContext());
    }

    private void work(Queue<StepExecution> queue) {
        try (Worker worker = attempt.newWorker()) {
            for (StepExecution next = queue.poll(); next != null; next = queue.poll()) {
                if (attempt.control().winding()) {
                    leave(next);
                } else {
                    run(worker, next);
                }
            }
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            attempt.control().failed(e);
        }
        // A worker that could not start leaves its share to the others, or, where all failed, to a restart.
    }

    private void leave(StepExecution execution) {
        execution.setStatus(BatchStatus.STOPPED);
        execution.setExitStatus(ExitStatus.STOPPED);
        repository.update(execution);
    }

    private void run(Worker worker, StepExecution execution) throws JobInterruptedException {
        try (PartitionTask task = worker.open(partitionOf(execution))) {
            step(task).execute(execution);
            if (execution.getStatus() == BatchStatus.COMPLETED) {
                task.finish();
            } else {
                failureOf(execution).ifPresent(attempt.control()::failed);
            }
        } catch (RuntimeException e) {
            attempt.control().failed(e);
            execution.setStatus(BatchStatus.FAILED);
            execution.setExitStatus(ExitStatus.FAILED.addExitDescription(e));
            repository.update(execution);
        }
    }

    /** What made a step end early, unless it was asked to: Batch reports a stop between chunks as a failure, too. */
    private static Optional<Throwable> failureOf(StepExecution execution) {
        return execution.getFailureExceptions().stream()
                .filter(failure -> !(failure instanceof JobInterruptedException))
                .findFirst();
    }

    private Step step(PartitionTask task) {
        return new ChunkOrientedStepBuilder<BatchLine.Pending, ScoredBatch>("score", books, attempt.batchesPerChunk())
                .reader(task)
                .processor(task)
                .writer(task)
                // The writer has its own transaction, which it can repeat: none is held while a chunk is read and
                // scored.
                .transactionManager(NoTransactions.manager())
                .interruptionPolicy(this::stopBetweenChunks)
                .build();
    }

    private void stopBetweenChunks(StepExecution execution) {
        if (attempt.control().winding()) {
            execution.setTerminateOnly();
        }
    }
}
