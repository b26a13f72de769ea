package io.nightshift.cli;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What picocli could not parse, as a failure with the nearest allowed name and the way to the help. */
final class UsageFailure {

    private UsageFailure() {}

    static NightshiftException of(ParameterException thrown) {
        if (thrown.getCause() instanceof NightshiftException known) {
            return known;
        }
        CommandLine command = thrown.getCommandLine();
        String message = thrown instanceof UnmatchedArgumentException unmatched
                ? unmatched(command, unmatched.getUnmatched())
                : sentence(String.valueOf(thrown.getMessage()));
        return new NightshiftException(
                FailureCode.USAGE,
                message + "; nothing was started. `" + command.getCommandSpec().qualifiedName()
                        + " --help` lists what is allowed",
                thrown);
    }

    private static String unmatched(CommandLine command, List<String> arguments) {
        String first = arguments.get(0);
        if (first.startsWith("-")) {
            String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
            return "unknown option '" + name + "'" + Suggestion.suffix(name, optionsOf(command));
        }
        boolean takesCommands = !command.getSubcommands().isEmpty();
        return (takesCommands ? "unknown command '" : "unexpected argument '") + first + "'"
                + Suggestion.suffix(first, command.getSubcommands().keySet());
    }

    private static List<String> optionsOf(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .flatMap(option -> List.of(option.names()).stream())
                .toList();
    }

    /** In the style of our own messages; picocli names maps of options twice. */
    private static String sentence(String message) {
        String text = message.replace("option option", "option");
        return text.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + text.substring(1);
    }
}
