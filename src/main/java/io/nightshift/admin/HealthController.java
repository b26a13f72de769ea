package io.nightshift.admin;

import io.nightshift.database.LedgerDatabases;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says to whoever starts, stops and routes whether the service lives and can work, and nothing else. */
@RestController
final class HealthController {

    private static final Logger LOG = LoggerFactory.getLogger(HealthController.class);

    private final LedgerDatabases databases;

    HealthController(LedgerDatabases databases) {
        this.databases = databases;
    }

    @GetMapping("/health/liveness")
    Map<String, String> liveness() {
        return Map.of("status", "UP");
    }

    @GetMapping("/health/readiness")
    ResponseEntity<Map<String, String>> readiness() {
        try {
            databases.metadata().jdbc().sql("select 1").query(Integer.class).single();
            return ResponseEntity.ok(Map.of("status", "UP"));
        } catch (RuntimeException e) {
            LOG.warn("not ready: the metadata database does not answer", e);
            return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(Map.of("status", "DOWN"));
        }
    }
}
