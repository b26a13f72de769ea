package io.nightshift.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What comes from a format: the JSON Schema file and the table of keys in the reference. Both are in the repository;
 * tests compare them with the code, or write them anew when run with {@code -Dnightshift.regenerate=true}.
 */
public final class SchemaFile {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String TABLE_START = "<!-- keys: made from the code by %s -->\n";
    private static final String TABLE_END = "<!-- end of keys -->\n";

    private final Map<String, Object> schema = new LinkedHashMap<>();
    private final String maker;

    /** @param maker the test that makes the files, for the message that says how */
    public SchemaFile(String title, ValueFormat<?> format, Class<?> maker) {
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", title);
        schema.putAll(format.schema());
        this.maker = maker.getSimpleName();
    }

    public void assertSchemaIsCurrent(Path file) throws IOException {
        assertIsCurrent(file, JSON.writeValueAsString(schema) + "\n");
    }

    public void assertReferenceIsCurrent(Path page) throws IOException {
        String text = Files.readString(page);
        String start = String.format(TABLE_START, maker);
        assertThat(text).contains(start, TABLE_END);
        String before = text.substring(0, text.indexOf(start) + start.length());
        assertIsCurrent(page, before + table() + text.substring(text.indexOf(TABLE_END)));
    }

    private void assertIsCurrent(Path file, String content) throws IOException {
        if (Boolean.getBoolean("nightshift.regenerate")) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, content);
        }
        assertThat(file)
                .as("%s, to be made anew by: ./mvnw test -Dtest=%s -Dnightshift.regenerate=true", file, maker)
                .hasContent(content);
    }

    /** What an independent validator has against a YAML text. */
    public List<String> errorsIn(String yaml) {
        var validator = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JSON.valueToTree(schema));
        return validator.validate(JSON.valueToTree(load(yaml))).stream()
                .map(Error::toString)
                .toList();
    }

    /** Another reader than ours; dates stay text, as in YAML 1.2, which editors use. */
    private static Object load(String yaml) {
        Resolver withoutDates = new Resolver() {
            @Override
            public void addImplicitResolver(Tag tag, java.util.regex.Pattern regexp, String first, int limit) {
                if (tag != Tag.TIMESTAMP) {
                    super.addImplicitResolver(tag, regexp, first, limit);
                }
            }
        };
        DumperOptions dumping = new DumperOptions();
        return new Yaml(
                        new SafeConstructor(new LoaderOptions()),
                        new Representer(dumping),
                        dumping,
                        new LoaderOptions(),
                        withoutDates)
                .load(yaml);
    }

    /** Every key of the schema by its path; {@code *} stands for keys that users choose, {@code []} for items. */
    public TreeSet<String> keys() {
        return rows().stream().map(Row::path).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every key that a document has, written like {@link #keys()}. */
    public TreeSet<String> keysOf(Node.Mapping document) {
        TreeSet<String> paths = new TreeSet<>();
        collect(document, schema, "", paths);
        return paths;
    }

    private static void collect(Node node, Map<?, ?> schema, String path, TreeSet<String> paths) {
        if (node instanceof Node.Sequence sequence) {
            sequence.items().forEach(item -> collect(item, part(schema, "items"), path + "[]", paths));
        } else if (node instanceof Node.Mapping mapping) {
            mapping.entries().forEach((key, entry) -> {
                boolean chosen = !schema.containsKey("properties");
                String inner = (path.isEmpty() ? "" : path + ".") + (chosen ? "*" : key);
                if (!chosen) {
                    paths.add(inner);
                }
                Map<?, ?> next = chosen ? part(schema, "additionalProperties") : part(part(schema, "properties"), key);
                collect(entry.value(), next, inner, paths);
            });
        }
    }

    /** A part of a schema; empty for a value without parts. */
    private static Map<?, ?> part(Map<?, ?> schema, String keyword) {
        return schema.get(keyword) instanceof Map<?, ?> part ? part : Map.of();
    }

    private record Row(String path, boolean required, Map<?, ?> schema) {}

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        addRows(schema, "", rows);
        return rows;
    }

    private static void addRows(Map<?, ?> schema, String path, List<Row> rows) {
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            List<?> required = schema.get("required") instanceof List<?> list ? list : List.of();
            properties.forEach((key, value) -> {
                String inner = (path.isEmpty() ? "" : path + ".") + key;
                rows.add(new Row(inner, required.contains(key), (Map<?, ?>) value));
                addRows((Map<?, ?>) value, inner, rows);
            });
        } else if (schema.get("additionalProperties") instanceof Map<?, ?> chosen) {
            addRows(chosen, path + ".*", rows);
        } else if (schema.get("items") instanceof Map<?, ?> items) {
            addRows(items, path + "[]", rows);
        }
    }

    private String table() {
        StringBuilder table = new StringBuilder("| key | value | meaning |\n|---|---|---|\n");
        for (Row row : rows()) {
            table.append("| `").append(row.path()).append('`').append(row.required() ? " (required)" : "");
            table.append(" | ").append(notation(row.schema()).replace("|", "\\|"));
            String meaning = String.valueOf(row.schema().get("description"));
            table.append(" | ").append(meaning.replace("|", "\\|")).append(" |\n");
        }
        return table.toString();
    }

    private static String notation(Map<?, ?> schema) {
        if (schema.get("anyOf") instanceof List<?> choice && !schema.containsKey("properties")) {
            return choice.stream().map(part -> notation((Map<?, ?>) part)).collect(Collectors.joining(" or "));
        }
        if (schema.get("enum") instanceof List<?> words) {
            return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
        }
        if (schema.containsKey("const")) {
            return "`" + schema.get("const") + "`";
        }
        if (schema.containsKey("pattern")) {
            String pattern = String.valueOf(schema.get("pattern"));
            return "text like `" + pattern.substring("^(?:".length(), pattern.length() - ")$".length()) + "`";
        }
        Object type = schema.get("type");
        if (type instanceof List<?>) {
            return "text";
        }
        return switch (String.valueOf(type)) {
            case "array" -> "list of " + notation(part(schema, "items"));
            case "object" -> "mapping";
            case "integer" -> "whole number" + range(schema);
            case "number" -> "number" + range(schema);
            default -> String.valueOf(type);
        };
    }

    private static String range(Map<?, ?> schema) {
        String least = schema.containsKey("minimum") ? ", at least " + schema.get("minimum") : "";
        return least + (schema.containsKey("maximum") ? ", at most " + schema.get("maximum") : "");
    }
}
