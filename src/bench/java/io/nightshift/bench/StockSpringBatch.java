package io.nightshift.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.FlowBuilder;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.flow.Flow;
import org.springframework.batch.core.job.flow.support.SimpleFlow;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.database.JdbcBatchItemWriter;
import org.springframework.batch.infrastructure.item.database.JdbcPagingItemReader;
import org.springframework.batch.infrastructure.item.database.Order;
import org.springframework.batch.infrastructure.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.infrastructure.item.database.builder.JdbcPagingItemReaderBuilder;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * What a user of Spring Batch writes from its stock parts to score a table: a paging reader, a processor that scores one row, a
 * batch writer, chunks of 1,000 rows, its records in the same database, and a key on the result. Rows are shared out to threads by
 * ranges of the key, each thread with a step of its own. Prints rows, seconds and rows a second of the launch.
 *
 * <p>Arguments: JDBC URL, user, password, model folder, rows, threads. The table {@code flights(id, date, distance, origin, destination)}
 * must be there, {@code id} from 0 or 1 without gaps; {@code predictions_stock} is made anew.
 */
public final class StockSpringBatch {

    private static final int CHUNK_ROWS = 1_000;

    private final HikariDataSource database;
    private final JdbcTransactionManager transactions;
    private final OrtSession model;
    private final Map<String, Integer> airports = new HashMap<>();

    private record Flight(long id, LocalDateTime date, float distance, String origin, String destination) {}

    private record Prediction(long id, float probability) {}

    private StockSpringBatch(HikariDataSource database, Path folder) throws IOException, OrtException {
        this.database = database;
        this.transactions = new JdbcTransactionManager(database);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        this.model = OrtEnvironment.getEnvironment()
                .createSession(folder.resolve("model.onnx").toString(), options);
        for (String airport : Files.readAllLines(folder.resolve("airports.txt"))) {
            airports.put(airport, airports.size() + 1);
        }
    }

    public static void main(String[] args) throws Exception {
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl(args[0]);
            database.setUsername(args[1]);
            database.setPassword(args[2]);
            new StockSpringBatch(database, Path.of(args[3])).run(Long.parseLong(args[4]), Integer.parseInt(args[5]));
        }
    }

    private void run(long rows, int threads) throws Exception {
        JdbcTemplate sql = new JdbcTemplate(database);
        sql.execute("drop table if exists predictions_stock");
        sql.execute("create table predictions_stock (id bigint primary key, probability real)");
        drop();
        new ResourceDatabasePopulator(new ClassPathResource("org/springframework/batch/core/schema-postgresql.sql"))
                .execute(database);
        Long first = sql.queryForObject("select min(id) from flights", Long.class);
        JobRepository repository = repository();
        Job job = job(repository, first == null ? 0 : first, rows, threads);
        TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
        operator.setJobRepository(repository);
        operator.setJobRegistry(new MapJobRegistry());
        operator.afterPropertiesSet();
        long begin = System.nanoTime();
        JobExecution execution = operator.start(job, new JobParametersBuilder().toJobParameters());
        double seconds = (System.nanoTime() - begin) / 1e9;
        Long written = sql.queryForObject("select count(*) from predictions_stock", Long.class);
        System.out.printf(
                Locale.ROOT,
                "{\"status\": \"%s\", \"rows\": %d, \"seconds\": %.3f, \"rows_per_second\": %.0f}%n",
                execution.getStatus(),
                written,
                seconds,
                rows / seconds);
        drop();
    }

    private void drop() {
        ResourceDatabasePopulator drop =
                new ResourceDatabasePopulator(new ClassPathResource("org/springframework/batch/core/schema-drop-postgresql.sql"));
        drop.setIgnoreFailedDrops(true);
        drop.execute(database);
    }

    private JobRepository repository() throws Exception {
        JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
        factory.setDataSource(database);
        factory.setTransactionManager(transactions);
        factory.afterPropertiesSet();
        return factory.getObject();
    }

    private Job job(JobRepository repository, long first, long rows, int threads) throws Exception {
        Step[] steps = new Step[threads];
        for (int thread = 0; thread < threads; thread++) {
            steps[thread] = step(
                    repository, thread, first + rows * thread / threads, first + rows * (thread + 1) / threads);
        }
        JobBuilder builder = new JobBuilder("stock", repository);
        if (threads == 1) {
            return builder.start(steps[0]).build();
        }
        Flow[] flows = new Flow[threads];
        for (int thread = 0; thread < threads; thread++) {
            flows[thread] = new FlowBuilder<
                            SimpleFlow>("flow-" + thread)
                    .start(steps[thread])
                    .build();
        }
        return builder.start(new FlowBuilder<
                                SimpleFlow>("all")
                        .split(new SimpleAsyncTaskExecutor())
                        .add(flows)
                        .build())
                .end()
                .build();
    }

    private Step step(JobRepository repository, int number, long from, long to) throws Exception {
        return new StepBuilder("score-" + number, repository)
                .<Flight, Prediction>chunk(CHUNK_ROWS)
                .transactionManager(transactions)
                .reader(reader(number, from, to))
                .processor(this::score)
                .writer(writer())
                .build();
    }

    private JdbcPagingItemReader<Flight> reader(int number, long from, long to) throws Exception {
        JdbcPagingItemReader<Flight> reader = new JdbcPagingItemReaderBuilder<Flight>()
                .name("flights-" + number)
                .dataSource(database)
                .selectClause("id, date, distance, origin, destination")
                .fromClause("flights")
                .whereClause("id >= " + from + " and id < " + to)
                .sortKeys(Map.of("id", Order.ASCENDING))
                .pageSize(CHUNK_ROWS)
                .fetchSize(CHUNK_ROWS)
                .rowMapper((row, index) -> {
                    Timestamp date = row.getTimestamp(2);
                    return new Flight(
                            row.getLong(1),
                            date.toLocalDateTime(),
                            row.getFloat(3),
                            row.getString(4),
                            row.getString(5));
                })
                .build();
        reader.afterPropertiesSet();
        return reader;
    }

    private JdbcBatchItemWriter<Prediction> writer() {
        JdbcBatchItemWriter<Prediction> writer = new JdbcBatchItemWriterBuilder<Prediction>()
                .dataSource(database)
                .sql("insert into predictions_stock (id, probability) values (?, ?)")
                .itemPreparedStatementSetter((prediction, statement) -> {
                    statement.setLong(1, prediction.id());
                    statement.setFloat(2, prediction.probability());
                })
                .build();
        writer.afterPropertiesSet();
        return writer;
    }

    private Prediction score(Flight flight) throws OrtException {
        float[] features = {
            flight.date().getMonthValue(),
            flight.date().getDayOfWeek().getValue() - 1,
            flight.date().getHour(),
            flight.distance(),
            airports.getOrDefault(flight.origin(), 0),
            airports.getOrDefault(flight.destination(), 0)
        };
        try (OnnxTensor input = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(features), new long[] {1, features.length});
                OrtSession.Result result = model.run(Map.of("features", input))) {
            FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
            return new Prediction(flight.id(), output.get(0));
        }
    }
}
