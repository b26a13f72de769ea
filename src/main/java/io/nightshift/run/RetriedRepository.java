package io.nightshift.run;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.batch.core.Entity;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;

/** Spring Batch's books, whose every call is tried again where that helps. */
final class RetriedRepository implements MethodInterceptor {

    private final JobRepository repository;
    private final DatabaseRetry retry;

    private RetriedRepository(JobRepository repository, DatabaseRetry retry) {
        this.repository = repository;
        this.retry = retry;
    }

    static JobRepository around(JobRepository repository, DatabaseRetry retry) {
        ProxyFactory proxies = new ProxyFactory(repository);
        proxies.setInterfaces(JobRepository.class);
        proxies.addAdvice(new RetriedRepository(repository, retry));
        return (JobRepository) proxies.getProxy();
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        AtomicBoolean tried = new AtomicBoolean();
        return retry.callChecked(() -> {
            if (tried.getAndSet(true)) {
                for (Object argument : call.getArguments()) {
                    alignVersion(argument);
                }
            }
            return Optional.ofNullable(
                    ((ProxyMethodInvocation) call).invocableClone().proceed());
        });
    }

    /** An update counts the version in memory up whether it arrives or not; a repeated one must begin from the stored version. */
    private void alignVersion(@Nullable Object argument) {
        if (argument instanceof StepExecution step) {
            align(step, repository.getStepExecution(step.getId()));
        } else if (argument instanceof JobExecution job) {
            align(job, repository.getJobExecution(job.getId()));
        }
    }

    private static void align(Entity entity, @Nullable Entity stored) {
        Integer version = stored == null ? null : stored.getVersion();
        if (version != null) {
            entity.setVersion(version);
        }
    }
}
