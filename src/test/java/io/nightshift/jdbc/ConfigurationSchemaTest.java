package io.nightshift.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.definition.SchemaFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The schema that editors use for nightshift.yaml, and the reference page, say what the parser does. */
class ConfigurationSchemaTest {

    private static final Path PAGE = Path.of("docs/reference/configuration.md");
    private static final SchemaFile SCHEMA =
            new SchemaFile("Nightshift configuration", ConfigurationFormat.FORMAT, ConfigurationSchemaTest.class);

    @Test
    void theSchemaFileIsCurrent() throws IOException {
        SCHEMA.assertSchemaIsCurrent(Path.of("jobs/schema/configuration.schema.json"));
    }

    @Test
    void theReferencePageIsCurrent() throws IOException {
        SCHEMA.assertReferenceIsCurrent(PAGE);
    }

    @Test
    void theReferencePageListsTheOptionsOfEveryDialect() throws IOException {
        String page = Files.readString(PAGE);
        for (Dialect dialect : Dialect.values()) {
            assertThat(page).contains("| `" + String.join("`, `", dialect.options()) + "` |");
        }
    }

    @Test
    void theSchemaTakesWhatTheParserTakes() {
        assertThat(SCHEMA.errorsIn(DatabaseConfigurationTest.WHOLE)).isEmpty();
        assertThat(SCHEMA.errorsIn(DatabaseConfigurationTest.WHOLE.replace("pool: 10", "pool: 0")))
                .isNotEmpty();
        assertThat(SCHEMA.errorsIn(DatabaseConfigurationTest.WHOLE.replace("pool: 10", "pools: 10")))
                .isNotEmpty();
        assertThat(SCHEMA.errorsIn(DatabaseConfigurationTest.WHOLE.replace("lock: 30s", "lock: 30")))
                .isNotEmpty();
    }
}
