package io.nightshift.definition;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON Schema documents for editors. Keys keep their order, so that the same format always gives the same file. */
public final class JsonSchema {

    private JsonSchema() {}

    /** The whole schema of a kind of file. */
    public static Map<String, Object> document(String title, ValueFormat<?> format) {
        Map<String, Object> schema = of("$schema", "https://json-schema.org/draft/2020-12/schema", "title", title);
        schema.putAll(format.schema());
        return schema;
    }

    /** Keyword, value, keyword, value... */
    static Map<String, Object> of(Object... keywordsAndValues) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = 0; i < keywordsAndValues.length; i += 2) {
            schema.put((String) keywordsAndValues[i], keywordsAndValues[i + 1]);
        }
        return schema;
    }
}
