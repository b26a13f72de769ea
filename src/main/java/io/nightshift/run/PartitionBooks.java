package io.nightshift.run;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;

/**
 * Spring Batch's books of partitions' steps, without what it writes after each chunk: counts of items, which are batches, and a context that
 * stays as it was. How far a partition is, the ledger says; Batch's books show when its step began and how it ended.
 */
final class PartitionBooks implements MethodInterceptor {

    private PartitionBooks() {}

    static JobRepository of(JobRepository repository) {
        ProxyFactory proxies = new ProxyFactory(repository);
        proxies.setInterfaces(JobRepository.class);
        proxies.addAdvice(new PartitionBooks());
        return (JobRepository) proxies.getProxy();
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        return call.getArguments().length == 1
                        && call.getArguments()[0] instanceof StepExecution step
                        && isOfChunk(call.getMethod().getName(), step)
                ? null
                : call.proceed();
    }

    private static boolean isOfChunk(String method, StepExecution step) {
        return switch (method) {
            case "updateExecutionContext" -> true;
            case "update" -> step.getStatus() == BatchStatus.STARTED && step.getReadCount() > 0;
            default -> false;
        };
    }
}
