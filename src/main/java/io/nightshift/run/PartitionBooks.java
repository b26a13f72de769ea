package io.nightshift.run;

import java.util.Set;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;

/**
 * Spring Batch's books for a partition's step while it is executed: Batch would say that it has started, after each chunk count its items,
 * which are batches, and at the end write twice, each with a context that nobody reads. None of it is written here: a worker enters the step
 * when it takes it up, and how it ended. How far a partition is, the ledger says.
 */
final class PartitionBooks implements MethodInterceptor {

    private static final Set<String> UPDATES = Set.of("update", "updateExecutionContext");

    private PartitionBooks() {}

    static JobRepository of(JobRepository repository) {
        ProxyFactory proxies = new ProxyFactory(repository);
        proxies.setInterfaces(JobRepository.class);
        proxies.addAdvice(new PartitionBooks());
        return (JobRepository) proxies.getProxy();
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        boolean ofStep = call.getArguments().length == 1 && call.getArguments()[0] instanceof StepExecution;
        return ofStep && UPDATES.contains(call.getMethod().getName()) ? null : call.proceed();
    }
}
