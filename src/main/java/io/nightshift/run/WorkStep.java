package io.nightshift.run;

import java.util.function.Consumer;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;

/** A step that does one piece of work, which opens its own transactions: none is held while a model loads or a file is verified. */
final class WorkStep implements Step {

    private final JobRepository repository;
    private final Step work;

    /** @param books for the step while it is executed */
    WorkStep(String name, JobRepository repository, JobRepository books, Consumer<StepExecution> work) {
        this.repository = repository;
        this.work = new Work(name, books, work);
    }

    @Override
    public String getName() {
        return work.getName();
    }

    @Override
    public void execute(StepExecution execution) throws JobInterruptedException {
        work.execute(execution);
        repository.update(execution);
    }

    private static final class Work extends AbstractStep {

        private final Consumer<StepExecution> work;

        Work(String name, JobRepository books, Consumer<StepExecution> work) {
            super(books);
            setName(name);
            this.work = work;
        }

        @Override
        protected void doExecute(StepExecution execution) {
            work.accept(execution);
        }
    }
}
