package io.nightshift.run;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;

/**
 * Spring Batch's books for a step while it is executed: Batch would say that it has started, after each chunk count its items, which are
 * batches, and at the end write twice, each time with a context that nobody reads, as is the job's. None of it is written here: a step is
 * entered before it is executed, and how it ended is entered by its caller. How far a partition is, the ledger says.
 */
final class StepBooks implements MethodInterceptor {

    private StepBooks() {}

    static JobRepository of(JobRepository repository) {
        ProxyFactory proxies = new ProxyFactory(repository);
        proxies.setInterfaces(JobRepository.class);
        proxies.addAdvice(new StepBooks());
        return (JobRepository) proxies.getProxy();
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        return switch (call.getMethod().getName()) {
            case "updateExecutionContext" -> null;
            case "update" -> call.getArguments()[0] instanceof StepExecution ? null : call.proceed();
            default -> call.proceed();
        };
    }
}
