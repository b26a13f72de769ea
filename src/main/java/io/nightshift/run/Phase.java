package io.nightshift.run;

import java.util.Locale;

/** Where a worker's time goes. */
enum Phase {
    READ,
    FEATURE,
    SCORE,
    AGGREGATE,
    WRITE,
    COMMIT;

    String metric() {
        return "phase_" + name().toLowerCase(Locale.ROOT) + "_seconds";
    }
}
