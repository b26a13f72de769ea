package io.nightshift.run;

import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.batch.core.step.StepExecution;

/** A step that does one piece of work, which opens its own transactions: none is held while a model loads or a file is verified. */
final class WorkStep extends AbstractStep {

    private final Runnable work;

    WorkStep(String name, JobRepository repository, Runnable work) {
        super(repository);
        setName(name);
        this.work = work;
    }

    @Override
    protected void doExecute(StepExecution execution) {
        work.run();
    }
}
