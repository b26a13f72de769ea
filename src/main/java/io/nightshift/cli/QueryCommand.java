package io.nightshift.cli;

import io.nightshift.database.ReadOnlyQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads results by SQL. */
@Command(
        name = "query",
        description = "Read results and runs by SQL; nothing can be changed.",
        mixinStandardHelpOptions = true)
final class QueryCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(
            paramLabel = "SQL",
            description = "One select, such as \"select * from flight_delay_current limit 10\".")
    private String sql = "";

    @Option(names = "--limit", paramLabel = "ROWS", description = "Most rows to print. Default: ${DEFAULT-VALUE}.")
    private int limit = 1000;

    QueryCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (OpenHome home = OpenHome.open(session, "query")) {
            ReadOnlyQuery.Answer answer = home.query().run(sql, limit);
            if (session.json()) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("columns", answer.columns());
                document.put("rows", answer.rows());
                session.terminal().printJson(document);
            } else {
                session.terminal().print(table(answer));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    static String table(ReadOnlyQuery.Answer answer) {
        TextTable table = new TextTable(answer.columns());
        for (List<?> row : answer.rows()) {
            table.row(row.stream()
                    .map(value -> value == null ? "" : value.toString())
                    .toList());
        }
        return table.render();
    }
}
