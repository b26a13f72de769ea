package io.nightshift.run;

import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.jdbc.Databases;
import io.nightshift.ledger.ChunkLedger;
import io.nightshift.ledger.Leases;
import io.nightshift.ledger.PublicationLedger;
import io.nightshift.ledger.RetentionLedger;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunSearch;
import io.nightshift.read.DataSetOpener;
import io.nightshift.storage.Storages;
import java.time.Clock;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.launch.support.JobOperatorFactoryBean;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.Isolation;

/** Spring Batch over the metadata database, and what conducts runs with it. */
@Configuration(proxyBeanMethods = false)
public class RunConfiguration {

    @Bean
    DatabaseRetry databaseRetry() {
        return new DatabaseRetry();
    }

    @Bean
    JobRepository jobRepository(LedgerDatabases databases, DatabaseRetry retry) throws Exception {
        JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
        factory.setDataSource(databases.metadata().dataSource());
        factory.setTransactionManager(databases.metadata().transactionManager());
        // A Batch instance is never launched twice: its parameters are a run's id and attempt.
        factory.setIsolationLevelForCreateEnum(Isolation.READ_COMMITTED);
        factory.afterPropertiesSet();
        return RetriedRepository.around(factory.getObject(), retry);
    }

    @Bean
    JobOperator jobOperator(JobRepository jobRepository, ApplicationContext context) throws Exception {
        JobOperatorFactoryBean factory = new JobOperatorFactoryBean();
        factory.setJobRepository(jobRepository);
        factory.setJobRegistry(new MapJobRegistry());
        factory.setTransactionManager(NoTransactions.manager());
        factory.setApplicationContext(context);
        factory.afterPropertiesSet();
        return factory.getObject();
    }

    @Bean(destroyMethod = "close")
    Storages storages() {
        return Storages.defaults();
    }

    @Bean
    Ledgers ledgers(
            RunLedger runs,
            RunDetails details,
            Leases leases,
            ChunkLedger chunks,
            PublicationLedger publications,
            RetentionLedger retention) {
        return new Ledgers(runs, details, leases, chunks, publications, retention);
    }

    @Bean
    RunPublisher runPublisher(
            Ledgers ledgers, LedgerDatabases ledgerDatabases, Storages storages, DatabaseRetry retry) {
        return new RunPublisher(ledgers, ledgerDatabases, storages, retry);
    }

    @Bean
    RunPurger runPurger(Ledgers ledgers, LedgerDatabases ledgerDatabases, Storages storages, Clock clock) {
        return new RunPurger(ledgers, ledgerDatabases, storages, clock);
    }

    @Bean
    AttemptParts attemptParts(
            Ledgers ledgers,
            LedgerDatabases ledgerDatabases,
            Storages storages,
            Databases databases,
            RunsAtOnce runs,
            RunPublisher publisher,
            DatabaseRetry retry) {
        ChunkCommitter chunks = new ChunkCommitter(ledgers, ledgerDatabases.results(), retry);
        return new AttemptParts(
                ledgers,
                new WorkplaceFactory(
                        storages, new DataSetOpener(storages, databases), new Connections(databases, runs)),
                new PlanKeeper(ledgers, ledgerDatabases.metadata().transactions()),
                chunks,
                new RunFinisher(ledgers, chunks, publisher),
                retry);
    }

    @Bean
    RunLauncher runLauncher(
            AttemptParts parts,
            JobRepository jobRepository,
            JobOperator jobOperator,
            RunPublisher publisher,
            CrashRecovery recovery,
            Home home) {
        return new RunLauncher(parts, new ScoringJob(jobRepository), jobOperator, publisher, recovery, home);
    }

    @Bean
    RedriveLauncher redriveLauncher(
            AttemptParts parts,
            RunPublisher publisher,
            RunSearch search,
            LedgerDatabases ledgerDatabases,
            CrashRecovery recovery,
            Home home) {
        return new RedriveLauncher(new RedriveParts(parts, publisher, search, ledgerDatabases), recovery, home);
    }

    @Bean(initMethod = "recover")
    CrashRecovery crashRecovery(Ledgers ledgers, RunPublisher publisher) {
        return new CrashRecovery(ledgers, publisher);
    }
}
