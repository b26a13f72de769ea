package io.nightshift.job;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Values for a job's parameters as texts that may hold {@code ${logical_date - 1d}}. */
record ParameterTexts(JobFile file, Map<String, String> texts) {

    Map<String, String> filled(LocalDateTime logicalDate) {
        Map<String, String> wrong = new LinkedHashMap<>();
        Map<String, String> filled = each(
                wrong,
                (declaration, text) -> declaration.value(text, logicalDate).text());
        if (!wrong.isEmpty()) {
            throw new NightshiftException(
                    FailureCode.PARAMETER_INVALID, String.join("\n", wrong.values()), file.file(), null);
        }
        return filled;
    }

    Map<String, String> problems() {
        Map<String, String> wrong = new LinkedHashMap<>();
        each(wrong, (declaration, text) -> {
            declaration.check(text);
            return text;
        });
        file.parameters().forEach((name, declaration) -> {
            if (declaration.required() && !texts.containsKey(name)) {
                wrong.put(name, about(name, missing(declaration)));
            }
        });
        return wrong;
    }

    private Map<String, String> each(
            Map<String, String> wrong, BiFunction<ParameterDeclaration, String, String> conversion) {
        Map<String, String> values = new LinkedHashMap<>();
        new TreeMap<>(texts).forEach((name, text) -> {
            ParameterDeclaration declaration = file.parameters().get(name);
            if (declaration == null) {
                wrong.put(name, unknown(file, name));
                return;
            }
            try {
                values.put(name, conversion.apply(declaration, text));
            } catch (IllegalArgumentException e) {
                wrong.put(name, about(name, String.valueOf(e.getMessage())));
            }
        });
        return values;
    }

    private String about(String name, String message) {
        return "parameter '" + name + "' of job " + file.name() + ": " + message;
    }

    static String unknown(JobFile file, String name) {
        Map<String, ParameterDeclaration> declared = file.parameters();
        return "job " + file.name() + " has no parameter '" + name + "'"
                + (declared.isEmpty() ? " (it takes none)" : " (it takes " + String.join(", ", declared.keySet()) + ")")
                + Suggestion.suffix(name, declared.keySet());
    }

    static String missing(ParameterDeclaration declaration) {
        return "has no default and no value was given: " + declaration.type().expected();
    }
}
