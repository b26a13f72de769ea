package io.nightshift.admin;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Gives metrics to whoever collects them. */
@RestController
final class MetricsController {

    private static final MediaType TEXT = MediaType.parseMediaType("text/plain;version=0.0.4;charset=utf-8");

    private final ServiceMetrics metrics;

    MetricsController(ServiceMetrics metrics) {
        this.metrics = metrics;
    }

    @GetMapping("/metrics")
    ResponseEntity<byte[]> metrics() {
        return ResponseEntity.ok()
                .contentType(TEXT)
                .body(metrics.scrape().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
