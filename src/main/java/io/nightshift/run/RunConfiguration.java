package io.nightshift.run;

import io.nightshift.jdbc.Databases;
import io.nightshift.ledger.ChunkLedger;
import io.nightshift.ledger.Home;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunSearch;
import io.nightshift.read.DataSetOpener;
import io.nightshift.storage.Storages;
import javax.sql.DataSource;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.launch.support.JobOperatorFactoryBean;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring Batch over the embedded database, and what conducts runs with it. */
@Configuration(proxyBeanMethods = false)
public class RunConfiguration {

    @Bean
    JobRepository jobRepository(DataSource dataSource, PlatformTransactionManager transactionManager) throws Exception {
        JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
        factory.setDataSource(dataSource);
        factory.setTransactionManager(transactionManager);
        // A Batch instance is never launched twice: its parameters are a run's id and attempt.
        factory.setIsolationLevelForCreateEnum(Isolation.READ_COMMITTED);
        factory.afterPropertiesSet();
        return factory.getObject();
    }

    @Bean
    JobOperator jobOperator(
            JobRepository jobRepository, PlatformTransactionManager transactionManager, ApplicationContext context)
            throws Exception {
        JobOperatorFactoryBean factory = new JobOperatorFactoryBean();
        factory.setJobRepository(jobRepository);
        factory.setJobRegistry(new MapJobRegistry());
        factory.setTransactionManager(transactionManager);
        factory.setApplicationContext(context);
        factory.afterPropertiesSet();
        return factory.getObject();
    }

    @Bean(destroyMethod = "close")
    Storages storages() {
        return Storages.defaults();
    }

    @Bean
    Ledgers ledgers(RunLedger runs, ChunkLedger chunks, RunDetails details) {
        return new Ledgers(runs, chunks, details);
    }

    @Bean
    RunPublisher runPublisher(
            Ledgers ledgers, TransactionTemplate transactions, DataSource dataSource, Storages storages) {
        return new RunPublisher(ledgers, transactions, dataSource, storages);
    }

    @Bean
    AttemptParts attemptParts(
            Ledgers ledgers,
            TransactionTemplate transactions,
            DataSource dataSource,
            Storages storages,
            Databases databases,
            RunPublisher publisher) {
        ChunkCommitter chunks = new ChunkCommitter(ledgers, dataSource, transactions);
        return new AttemptParts(
                ledgers,
                new WorkplaceFactory(storages, new DataSetOpener(storages, databases)),
                new PlanKeeper(ledgers, transactions),
                chunks,
                new RunFinisher(ledgers, chunks, publisher));
    }

    @Bean
    RunLauncher runLauncher(
            AttemptParts parts,
            JobRepository jobRepository,
            JobOperator jobOperator,
            PlatformTransactionManager transactionManager,
            Home home) {
        return new RunLauncher(parts, new ScoringJob(jobRepository, transactionManager), jobOperator, home);
    }

    @Bean
    RedriveLauncher redriveLauncher(
            AttemptParts parts,
            RunPublisher publisher,
            RunSearch search,
            TransactionTemplate transactions,
            DataSource dataSource,
            Home home) {
        return new RedriveLauncher(new RedriveParts(parts, publisher, search, transactions, dataSource), home);
    }

    @Bean(initMethod = "recover")
    CrashRecovery crashRecovery(Ledgers ledgers, RunPublisher publisher) {
        return new CrashRecovery(ledgers, publisher);
    }
}
