package io.nightshift.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How much memory the process has taken at most since it started. */
final class ProcessMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KIB = 1024;

    private ProcessMemory() {}

    /** Bytes by metric name; resident memory only where the system tells it (Linux). */
    static Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        long heap = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                heap += pool.getPeakUsage().getUsed();
            }
        }
        metrics.put("peak_heap_bytes", (double) heap);
        long resident = peakResident();
        if (resident > 0) {
            metrics.put("peak_resident_bytes", (double) resident);
        }
        return metrics;
    }

    private static long peakResident() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
