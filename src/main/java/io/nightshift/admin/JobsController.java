package io.nightshift.admin;

import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import io.nightshift.job.ParameterDeclaration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Lists and shows the jobs that the service knows. */
@RestController
final class JobsController {

    private final EndpointSettings settings;

    JobsController(EndpointSettings settings) {
        this.settings = settings;
    }

    /** The jobs of a folder without problems, or the problems. */
    @GetMapping(Route.API + "/jobs")
    Map<String, Object> list() {
        List<Map<String, @Nullable Object>> jobs = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (JobFile job : loaded(problems)) {
            Map<String, @Nullable Object> document = new LinkedHashMap<>();
            document.put("job", job.name().value());
            document.put("description", job.declared().description());
            document.put("experiment", job.declared().experiment());
            document.put("file", job.file());
            jobs.add(document);
        }
        return Map.of("jobs", jobs, "problems", problems);
    }

    private List<JobFile> loaded(List<Problem> problems) {
        try {
            return JobFiles.load(List.of(settings.jobs()));
        } catch (NightshiftException e) {
            problems.addAll(e.problems());
            return List.of();
        }
    }

    @GetMapping(Route.API + "/jobs/{name}")
    Map<String, @Nullable Object> show(@PathVariable String name) {
        JobFile job = Jobs.named(settings.jobs(), name);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("job", job.name().value());
        document.put("description", job.declared().description());
        document.put("experiment", job.declared().experiment());
        document.put("file", job.file());
        document.put("sha256", job.sha256());
        Map<String, Object> parameters = new LinkedHashMap<>();
        job.parameters().forEach((key, declaration) -> parameters.put(key, parameter(declaration)));
        document.put("parameters", parameters);
        document.put("text", job.text());
        return document;
    }

    private static Map<String, @Nullable Object> parameter(ParameterDeclaration declaration) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("type", declaration.type().name().toLowerCase(Locale.ROOT));
        document.put("description", declaration.description());
        document.put("required", declaration.required());
        document.put("default", declaration.defaultText());
        document.put("allowed", declaration.allowed());
        return document;
    }
}
