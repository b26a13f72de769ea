package io.nightshift.cli;

import io.nightshift.access.AuditLog;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Shows what was done by the endpoint. */
@Command(
        name = "audit",
        description = "List what was changed by the service's endpoint, or refused there, newest first.",
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {

    private final Session session;

    @Option(names = "--who", paramLabel = "TOKEN", description = "Only what was asked for with this token.")
    private @Nullable String who;

    @Option(names = "--path", paramLabel = "PATH", description = "Only paths that begin so: /api/v1/runs.")
    private @Nullable String path;

    @Option(names = "--refused", description = "Only what was refused or failed.")
    private boolean refused;

    @Option(names = "--since", paramLabel = "TIME", description = "Only what came at a date or instant or later.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only what came at a date or instant or earlier.")
    private @Nullable String until;

    @Option(names = "--limit", paramLabel = "ENTRIES", description = "Most entries to list. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    AuditCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        AuditLog.Filter filter = new AuditLog.Filter(
                who,
                path,
                refused ? Boolean.TRUE : null,
                session.instant("--since", since),
                session.instant("--until", until),
                null,
                Session.limit(limit));
        try (Operations operations = session.operations("audit")) {
            JsonNode audit = operations.audit(filter);
            if (session.json()) {
                session.terminal().printJson(audit);
            } else {
                session.terminal().print(table(audit.get("audit")));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private static String table(JsonNode audit) {
        TextTable table = new TextTable(List.of("AT", "WHO", "FROM", "REQUEST", "STATUS", "CODE", "REQUEST ID"));
        for (JsonNode entry : audit) {
            table.row(List.of(
                    entry.get("at").asString(),
                    entry.get("who").asString(),
                    entry.get("address").asString(),
                    entry.get("method").asString() + " " + entry.get("path").asString(),
                    entry.get("status").asString(),
                    entry.path("code").asString(""),
                    entry.get("request").asString()));
        }
        return table.render();
    }

    @Command(
            name = "check",
            description = "Look whether every entry is as it was written, and none is gone.",
            mixinStandardHelpOptions = true)
    int check(
            @Option(
                            names = "--known",
                            paramLabel = "HEAD",
                            description = "The head that an earlier check printed: what led to it must be there still.")
                    @Nullable
                    String known) {
        if (known != null && !known.matches("[0-9a-f]{64}")) {
            throw new NightshiftException(
                    FailureCode.USAGE, "--known '" + known + "' is no head; allowed are 64 digits of 0-9 and a-f");
        }
        try (Operations operations = session.operations("audit check")) {
            JsonNode chain = operations.auditChain(known);
            boolean whole = chain.get("whole").asBoolean();
            if (session.json()) {
                session.terminal().printJson(chain);
            } else {
                String older = chain.get("older").asLong() == 0
                        ? ""
                        : ", " + chain.get("older").asString() + " older ones have no digest";
                session.terminal()
                        .print((whole
                                        ? "whole"
                                        : "not whole: " + chain.get("problem").asString()) + "\n"
                                + chain.get("entries").asString() + " entries" + older + "\nhead "
                                + chain.get("head").asString());
            }
            return (whole ? ExitCode.COMPLETED : ExitCode.FAILED).number();
        }
    }
}
