package io.nightshift.run;

import io.nightshift.data.ScoredBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.partition.support.DefaultStepExecutionAggregator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.ChunkOrientedStepBuilder;

/**
 * Runs the partitions of an attempt on its workers. Each worker is one thread with its own model predictor, buffers and
 * connection, and takes whole partitions off a common queue; workers share nothing else but the aggregates of committed
 * partitions. Where there is one partition of a table, its worker has threads that read ahead and score. When one fails or
 * a stop is asked for, the others end after the chunk in hand.
 *
 * <p>A partition is a step of Batch's job execution, entered in its books by the worker that takes it. Batch's own partition step
 * enters all of them, with a query and two transactions each, before the first may begin.
 */
final class PartitionWorkers {

    private final Attempt attempt;
    private final JobRepository repository;
    private final JobRepository books;

    /** @param books for a partition's step while it is executed */
    PartitionWorkers(Attempt attempt, JobRepository repository, JobRepository books) {
        this.attempt = attempt;
        this.repository = repository;
        this.books = books;
    }

    /** Works on all open partitions, and says in the step that stands for them how they ended. */
    void score(StepExecution all) {
        List<Integer> open = attempt.openPartitions();
        Queue<Integer> queue = new ConcurrentLinkedQueue<>(open);
        Queue<StepExecution> begun = new ConcurrentLinkedQueue<>();
        int workers = attempt.workers();
        attempt.control().scoringStarts();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(() -> work(all, queue, begun), "nightshift-worker-" + i);
            try {
                thread.start();
            } catch (OutOfMemoryError e) {
                attempt.control().failed(e);
                break;
            }
            threads.add(thread);
        }
        threads.forEach(this::join);
        attempt.scoringEnded();
        new DefaultStepExecutionAggregator().aggregate(all, begun);
        boolean failed = attempt.control().failure() != null;
        if (failed || begun.stream().filter(PartitionWorkers::completed).count() < open.size()) {
            all.setStatus(failed ? BatchStatus.FAILED : BatchStatus.STOPPED);
            all.setExitStatus(failed ? ExitStatus.FAILED : ExitStatus.STOPPED);
        }
    }

    /**
     * Waits for a worker. Whoever interrupts wants the work to end, which it does after the chunk in hand; how it ended is recorded by
     * this thread, which could not while it is marked as interrupted: the embedded database would close its file.
     */
    private void join(Thread worker) {
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                attempt.control().requestStop("its thread was interrupted");
            }
        }
    }

    private static boolean completed(StepExecution partition) {
        return partition.getStatus() == BatchStatus.COMPLETED;
    }

    private void work(StepExecution all, Queue<Integer> queue, Queue<StepExecution> begun) {
        try (Worker worker = attempt.newWorker()) {
            while (!attempt.control().winding()) {
                Integer partition = queue.poll();
                if (partition == null) {
                    return;
                }
                StepExecution execution = repository.createStepExecution(
                        String.format("score:partition-%06d", partition), all.getJobExecution());
                begun.add(execution);
                run(worker, partition, execution);
            }
        } catch (Exception | Error e) {
            attempt.control().failed(e);
        }
        // What is left in the queue when a worker has failed is for a restart.
    }

    private void run(Worker worker, int partition, StepExecution execution) throws JobInterruptedException {
        try (PartitionTask task = worker.open(partition)) {
            step(task).execute(execution);
            if (completed(execution)) {
                task.finish();
            } else {
                failureOf(execution).ifPresent(attempt.control()::failed);
            }
        } catch (RuntimeException | Error e) {
            attempt.control().failed(e);
            execution.setStatus(BatchStatus.FAILED);
            execution.setExitStatus(ExitStatus.FAILED.addExitDescription(e));
        }
        repository.update(execution);
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
