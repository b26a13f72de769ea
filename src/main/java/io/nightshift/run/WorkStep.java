package io.nightshift.run;

import java.util.function.Consumer;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.batch.core.step.StepExecution;

/** A step that does one piece of work, which opens its own transactions: none is held while a model loads or a file is verified. */
final class WorkStep extends AbstractStep {

    private final Consumer<StepExecution> work;

    WorkStep(String name, JobRepository repository, Consumer<StepExecution> work) {
        super(repository);
        setName(name);
        this.work = work;
    }

    @Override
    protected void doExecute(StepExecution execution) {
        work.accept(execution);
    }
}
