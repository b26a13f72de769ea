package io.nightshift.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.definition.SchemaFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The schema that editors use for model.yaml says what the parser does. */
class ModelSchemaTest {

    private static final Path MODELS = Path.of("sample-data/models");
    private static final SchemaFile SCHEMA = new SchemaFile(
            "Nightshift model", new SignatureFormat(new SideFiles(MODELS)).format(), ModelSchemaTest.class);

    @Test
    void theSchemaFileIsCurrent() throws IOException {
        SCHEMA.assertSchemaIsCurrent(Path.of("jobs/schema/model.schema.json"));
    }

    @Test
    void theReferencePageIsCurrent() throws IOException {
        SCHEMA.assertReferenceIsCurrent(Path.of("docs/reference/model-file.md"));
    }

    @Test
    void theSchemaTakesEveryShippedFile() throws IOException {
        try (Stream<Path> models = Files.list(MODELS)) {
            for (Path model : models.toList()) {
                String text = Files.readString(model.resolve(ModelFolder.DEFINITION));

                assertThat(SCHEMA.errorsIn(text)).as("%s", model).isEmpty();
                assertThat(SCHEMA.errorsIn(text.replace("transform: month", "transform: months")))
                        .as("%s with a wrong transform", model)
                        .isNotEmpty();
            }
        }
    }
}
