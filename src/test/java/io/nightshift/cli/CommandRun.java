package io.nightshift.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A command as a user runs it, in this process: what it printed and how it ended. */
public record CommandRun(int exitCode, String out, String err) {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T02:00:00Z"), ZoneOffset.UTC);

    static CommandRun of(String... args) {
        return of(Map.of(), args);
    }

    /** With its own home, as `--home` would. */
    static CommandRun inHome(Path home, String... args) {
        return of(Map.of("NIGHTSHIFT_HOME", home.toString()), args);
    }

    /** As at another time. */
    static CommandRun at(Instant time, Path home, String... args) {
        return of(Clock.fixed(time, ZoneOffset.UTC), Map.of("NIGHTSHIFT_HOME", home.toString()), args);
    }

    static CommandRun of(Map<String, String> environment, String... args) {
        return of(CLOCK, environment, args);
    }

    public static CommandRun of(Clock clock, Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Nightshift.execute(new Terminal(out, err, false), clock, environment, args);
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public JsonNode outJson() {
        return JsonMapper.shared().readTree(out);
    }

    public JsonNode errJson() {
        return JsonMapper.shared().readTree(err);
    }
}
