package io.nightshift.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.definition.SchemaFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schema that editors use for nightshift.yaml, and the reference page, say what the parser does. */
class ConfigurationSchemaTest {

    private static final String WHOLE = """
            databases:
              warehouse:
                url: jdbc:postgresql://db.example.org:5432/warehouse?sslmode=require
                user: scorer
                password: {env: WAREHOUSE_PASSWORD}
                pool: 10
                timeouts: {connect: 10s, socket: 15m, statement: 10m, lock: 30s}
            metadata: warehouse
            results: warehouse
            lease: 30s
            alerts:
              channels:
                operators:
                  webhook:
                    url: https://hooks.example.org/nightshift
                    secret: {env: HOOK_SECRET}
                    connect: 5s
                    read: 10s
                night-watch:
                  email:
                    host: smtp.example.org
                    port: 587
                    encryption: starttls
                    user: nightshift
                    password: {file: /run/secrets/smtp}
                    from: nightshift@example.org
                    to: [watch@example.org]
                    timeout: 10s
                  quiet: {from: "22:00", to: "06:00", time_zone: Europe/Berlin, except: [RUN_FAILED]}
              rules:
                - {kinds: [RUN_FAILED, FIRE_MISSED], subjects: [flight-*], to: [operators, night-watch]}
                - {to: [log]}
              window: 15m
              per_minute: 20
              retry: {attempts: 10, first: 10s, longest: 15m}
              keep: 90d
            """;
    private static final SchemaFile SCHEMA =
            new SchemaFile("Nightshift configuration", Configuration.FORMAT, ConfigurationSchemaTest.class);

    @Test
    void theSchemaFileIsCurrent() throws IOException {
        SCHEMA.assertSchemaIsCurrent(Path.of("jobs/schema/configuration.schema.json"));
    }

    @Test
    void theReferencePageIsCurrent() throws IOException {
        SCHEMA.assertReferenceIsCurrent(Path.of("docs/reference/configuration.md"));
    }

    @Test
    void theSchemaTakesWhatTheParserTakes() {
        assertThat(SCHEMA.errorsIn(WHOLE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pool: 10|pool: 0",
                "pool: 10|pools: 10",
                "lock: 30s|lock: 30",
                "to: \"06:00\"|to: \"24:00\"",
                "encryption: starttls|encryption: ssl",
                "[RUN_FAILED, FIRE_MISSED]|[RUN_FALED]",
                "per_minute: 20|per_minute: 0"
            })
    void theSchemaRefusesWhatTheParserRefuses(String right, String wrong) {
        assertThat(WHOLE).contains(right);
        assertThat(SCHEMA.errorsIn(WHOLE.replace(right, wrong))).isNotEmpty();
    }
}
