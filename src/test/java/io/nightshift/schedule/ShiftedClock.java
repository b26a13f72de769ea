package io.nightshift.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The machine's clock, so far off as a test says. */
final class ShiftedClock extends Clock {

    private volatile Duration shift;

    ShiftedClock(Duration shift) {
        this.shift = shift;
    }

    void shift(Duration newShift) {
        shift = newShift;
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(shift);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
