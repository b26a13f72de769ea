package io.nightshift.cli;

import io.nightshift.access.IssuedToken;
import io.nightshift.access.Role;
import io.nightshift.access.TokenDocument;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Makes, lists and revokes the tokens that let programs and people use the service's endpoint. */
@Command(
        name = "token",
        description = "Make, list and revoke tokens for the service's endpoint.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Runnable {

    private static final Pattern LIFE = Pattern.compile("([1-9]\\d{0,4})([mhd])");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Session session;

    TokenCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to do: token create, token list or token revoke");
    }

    @Command(
            name = "create",
            description = "Make a token. Its secret is printed this once and kept nowhere.",
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(paramLabel = "NAME", description = "What events and the audit call its holder.") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            required = true,
                            description = "viewer looks at everything; operator may launch, stop and publish too.")
                    Role role,
            @Option(names = "--expires", paramLabel = "TIME", description = "After 30m, 12h or 90d. Default: never.")
                    @Nullable
                    String expires) {
        Duration life = expires == null ? null : life(expires);
        try (OpenHome home = OpenHome.open(session, "token create " + name)) {
            IssuedToken issued = home.tokens().create(name, role, life, OpenHome.who());
            if (session.json()) {
                Map<String, @Nullable Object> document = TokenDocument.of(issued.token());
                document.put("secret", issued.secret());
                session.terminal().printJson(document);
            } else {
                session.terminal().print(issued.secret());
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private Duration life(String text) {
        Matcher parts = LIFE.matcher(text);
        if (!parts.matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--expires '" + text + "' is no time; allowed are minutes, hours and days, such as 30m, 12h or 90d."
                            + " No token was made");
        }
        long count = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    @Command(name = "list", description = "List tokens, without their secrets.", mixinStandardHelpOptions = true)
    int list() {
        try (Operations operations = session.operations("token list")) {
            JsonNode tokens = operations.tokens();
            if (session.json()) {
                session.terminal().printJson(tokens);
            } else {
                TextTable table = new TextTable(List.of("NAME", "ROLE", "CREATED", "BY", "EXPIRES", "STATE"));
                for (JsonNode token : tokens.get("tokens")) {
                    table.row(List.of(
                            token.get("name").asString(),
                            token.get("role").asString(),
                            token.get("created").asString(),
                            token.get("created_by").asString(),
                            token.path("expires").asString("never"),
                            token.get("state").asString()));
                }
                session.terminal().print(table.render());
            }
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(
            name = "revoke",
            description = "Let nobody in by a token any more, at once.",
            mixinStandardHelpOptions = true)
    int revoke(@Parameters(paramLabel = "NAME", description = "The token's name.") String name) {
        try (Operations operations = session.operations("token revoke " + name)) {
            JsonNode revoked = operations.revoke(name);
            if (session.json()) {
                session.terminal().printJson(revoked);
            } else {
                session.terminal().print("token " + revoked.get("name").asString() + " is revoked");
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
