package io.nightshift.cli;

import io.nightshift.remote.ServiceAddress;
import io.nightshift.remote.ServiceClient;
import io.nightshift.remote.ServiceToken;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Which service a command asks, and how; or none. */
final class ServerOptions {

    static final String VARIABLE = "NIGHTSHIFT_SERVER";

    private static final Set<String> ABLE = Set.of(
            "run",
            "runs",
            "runs show",
            "runs compare",
            "pin",
            "backfill",
            "backfill show",
            "backfill stop",
            "backfill resume",
            "backfills",
            "alerts",
            "audit",
            "audit check",
            "token list",
            "token revoke",
            "stop",
            "restart",
            "publish",
            "schedules",
            "schedules show",
            "schedules next",
            "schedules pause",
            "schedules resume",
            "schedules fire",
            "schedules reload",
            "pause",
            "resume",
            "fire",
            "fires",
            "queue",
            "queue first",
            "queue priority",
            "queue cancel",
            "nodes");

    /** Why commands that somebody may look for in a service have no part there. */
    private static final Map<String, String> LOCAL = Map.of(
            "query", "a service runs no SQL of others",
            "redrive", "it scores in its own process, beside the queue of a service",
            "purge", "what is removed for good is removed where it is kept",
            "token create",
                    "a token that leaked could make others that outlive it, and the secret would go over the network",
            "alerts test", "it sends from this machine, with its configuration and secrets",
            "validate", "it reads files of this machine",
            "bench", "it measures this machine",
            "serve", "it is the service");

    @Option(
            names = "--server",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Ask the service at this address in place of a home, with the token in $"
                    + ServiceToken.VARIABLE + ". Default: $" + VARIABLE + " unless --home is given.")
    private @Nullable String server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Holds the token for the server; nobody else may read it.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "PEM certificates that the server's must be signed by, in place of those that Java trusts.")
    private @Nullable Path authority;

    @Option(
            names = "--insecure",
            scope = ScopeType.INHERIT,
            description = "Send the token to another machine without TLS.")
    private boolean insecure;

    /** The client of the service to ask; null where the home is meant. */
    @Nullable
    ServiceClient client(Map<String, String> environment, boolean homeGiven) {
        String address = address(environment, homeGiven);
        return address == null
                ? null
                : new ServiceClient(
                        ServiceAddress.parse(address, insecure),
                        ServiceToken.find(environment.get(ServiceToken.VARIABLE), tokenFile),
                        authority);
    }

    /** Where to ask; null where the home is meant. */
    @Nullable
    String address(Map<String, String> environment, boolean homeGiven) {
        if (server != null) {
            return server;
        }
        String variable = environment.get(VARIABLE);
        return homeGiven || variable == null || variable.isBlank() ? null : variable;
    }

    /** @throws ParameterException where a server is named for a command that works here alone, or a home as well */
    void check(CommandLine command, boolean homeGiven) {
        if (server != null && homeGiven) {
            throw new ParameterException(command, "--server and --home name two places; give one of them");
        }
        String name = command.getCommandSpec().qualifiedName().replaceFirst("^nightshift ?", "");
        if (server != null && !ABLE.contains(name)) {
            throw new ParameterException(
                    command,
                    "`nightshift " + name + "` works on files and homes of this machine alone and cannot ask a server"
                            + why(name) + "; leave --server out, or run it where the service runs");
        }
    }

    /**
     * Why a command asks no server, to be added to a message that says so.
     *
     * @param command as it is named, with or without what follows
     */
    static String why(String command) {
        return LOCAL.entrySet().stream()
                .filter(local -> (command + " ").startsWith(local.getKey() + " "))
                .map(local -> ": " + local.getValue())
                .findFirst()
                .orElse("");
    }
}
