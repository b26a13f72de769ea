package io.nightshift.admin;

import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertDocument;
import io.nightshift.alert.AlertLog;
import io.nightshift.alert.AlertState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists alerts with what became of them, newest first, page by page. */
@RestController
final class AlertsController {

    private final AlertLog alerts;
    private final AlertChannels channels;

    AlertsController(AlertLog alerts, AlertChannels channels) {
        this.alerts = alerts;
        this.channels = channels;
    }

    @GetMapping(Route.API + "/alerts")
    Map<String, @Nullable Object> list(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        Page.requireLimit(limit);
        AlertState wanted = Page.value("state", AlertState.class, state);
        String fingerprint = "alerts " + wanted;
        List<AlertLog.Entry> found = alerts.list(wanted, Cursor.parseAlert(cursor, fingerprint), limit + 1);
        return Page.of(
                "alerts",
                found,
                limit,
                entry -> AlertDocument.of(entry, channels.names()),
                last -> Cursor.of(last, fingerprint));
    }
}
