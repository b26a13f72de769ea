package io.nightshift.run;

import io.nightshift.ledger.RunRecord;
import io.nightshift.read.InputFingerprint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Everything beside the data that a run's result depends on, as JSON: enough to run it again and to see what differed. */
final class Snapshot {

    private static final long GIT_SECONDS = 2;

    private Snapshot() {}

    static String of(RunRecord run, Workplace workplace, InputFingerprint input) {
        Map<String, Object> snapshot = new LinkedHashMap<>();
        snapshot.put("definition", run.definition());
        snapshot.put("parameters", run.parameters());
        snapshot.put("model", model(workplace));
        snapshot.put("device", workplace.model().device());
        snapshot.put("threads", workplace.threads().scorers());
        snapshot.put("input", input);
        snapshot.put("versions", versions());
        snapshot.put("git_commit", workplace.gitCommit().join());
        snapshot.put("host", host());
        snapshot.put("jvm_options", ManagementFactory.getRuntimeMXBean().getInputArguments());
        return JsonMapper.shared().writeValueAsString(snapshot);
    }

    /** A run's snapshot with one redrive more: which model, input and libraries its recovered rows come from. */
    static String redriven(RunRecord run, Workplace workplace, boolean inputChanged, long again, long recovered) {
        ObjectNode snapshot = (ObjectNode) JsonMapper.shared().readTree(String.valueOf(run.snapshot()));
        Map<String, Object> redrive = new LinkedHashMap<>();
        redrive.put("attempt", run.attempt());
        redrive.put("rows_redriven", again);
        redrive.put("rows_recovered", recovered);
        redrive.put("input_changed", inputChanged);
        redrive.put("model", model(workplace));
        redrive.put("device", workplace.model().device());
        redrive.put("versions", versions());
        redrive.put("git_commit", workplace.gitCommit().join());
        redrive.put("host", host());
        snapshot.withArray("redrives").addPOJO(redrive);
        return JsonMapper.shared().writeValueAsString(snapshot);
    }

    private static Map<String, Object> model(Workplace workplace) {
        return Map.of(
                "name", workplace.model().signature().name(),
                "folder", workplace.folder().path().toString(),
                "signature", workplace.folder().definitionText(),
                "files", workplace.folder().checksums());
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("nightshift", versionOf(Snapshot.class));
        versions.put("java", Runtime.version().toString());
        versions.putAll(LibraryVersions.onClassPath());
        versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        return versions;
    }

    private static String versionOf(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The commit of the working directory, where it is a git checkout and git is there. */
    static String gitCommit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!git.waitFor(GIT_SECONDS, TimeUnit.SECONDS)) {
                git.destroyForcibly();
                return "unknown";
            }
            String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return git.exitValue() == 0 ? commit : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
