package io.nightshift.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of a launch. What it sets beside the job's parameters can change how the job computes, and not what it reads or where it
 * writes.
 *
 * @param logicalDate the date and time the run is for; now where it is null
 * @param model a version or alias of a registered model, or a folder below the service's; the job's own where it is null
 * @param settings values by path, below compute and rejects only
 * @param priority 0 to 1000; those of a higher one are taken first
 */
record LaunchRequest(
        String job,
        Map<String, String> parameters,
        @JsonProperty("logical_date") @Nullable LocalDateTime logicalDate,
        @Nullable String model,
        Map<String, String> settings,
        Map<String, String> tags,
        @Nullable Integer priority) {

    private static final int FIRST_YEAR = 1;
    private static final int LAST_YEAR = 9999;

    /** A relative path of plain names, or the address of a registered model. */
    private static final Pattern MODEL = Pattern.compile("(models:/)?[\\w@.-]+(/[\\w@.-]+)*");

    private static final Pattern SETTING = Pattern.compile("(compute|rejects)\\.[a-z_.]+");

    LaunchRequest {
        if (job == null) {
            throw invalid("the body has no job; {\"job\": \"NAME\"} is the least");
        }
        parameters = checked("parameters", parameters);
        settings = checked("settings", settings);
        tags = checked("tags", tags);
        settings.keySet().forEach(LaunchRequest::requireAllowed);
        requireModel(model);
        if (logicalDate != null && (logicalDate.getYear() < FIRST_YEAR || logicalDate.getYear() > LAST_YEAR)) {
            throw invalid("the logical date is " + logicalDate + "; allowed are the years 1 to 9999");
        }
    }

    /** @throws NightshiftException REQUEST_INVALID where a model could be outside of what the service has */
    static void requireModel(@Nullable String model) {
        if (model != null && (!MODEL.matcher(model).matches() || model.contains(".."))) {
            throw invalid("the model is '" + model + "'; allowed are models:/NAME@ALIAS, models:/NAME/VERSION, and a"
                    + " folder below the service's, without '..'");
        }
    }

    /** Plain texts by name, in the order of the names. */
    static Map<String, String> checked(String key, @Nullable Map<String, String> values) {
        Map<String, String> sorted = values == null ? new TreeMap<>() : new TreeMap<>(values);
        sorted.forEach((name, value) -> {
            if (value == null) {
                throw invalid(key + "." + name + " is null; leave it out or give a value");
            }
            Texts.requirePlain(name);
            Texts.requirePlain(value);
        });
        return sorted;
    }

    private static void requireAllowed(String path) {
        if (!SETTING.matcher(path).matches()) {
            throw invalid("the setting '" + path + "' cannot be made by a request; allowed are those below compute and"
                    + " rejects. What a job reads and writes is changed in its file");
        }
    }

    private static NightshiftException invalid(String message) {
        return new NightshiftException(FailureCode.REQUEST_INVALID, message + ". Nothing was started");
    }

    /** The same for every spelling of the same request. */
    byte[] canonical() {
        return JsonMapper.shared().writeValueAsBytes(this);
    }
}
