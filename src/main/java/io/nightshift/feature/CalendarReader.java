package io.nightshift.feature;

import io.nightshift.data.Column;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.registry.Transform.CalendarField;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * A field of a date or timestamp. Neighbouring rows are mostly of the same day or hour, so the answer is kept with the
 * range of values it holds for; beyond that, days are looked up in a small table before the calendar is asked.
 */
final class CalendarReader extends ValueReader {

    private static final int KEPT_DAYS = 1 << 10;

    private final CalendarField field;
    private final long unitsPerDay;
    private final long unitsPerHour;
    private final long[] days = new long[KEPT_DAYS];
    private final double[] fields = new double[KEPT_DAYS];
    private long from;
    private long to;
    private double current;

    /** @param unitsPerDay how many of the column's units make a day: 1 for dates */
    CalendarReader(CalendarField field, long unitsPerDay) {
        this.field = field;
        this.unitsPerDay = unitsPerDay;
        this.unitsPerHour = unitsPerDay / 24;
        Arrays.fill(days, Long.MIN_VALUE);
    }

    @Override
    void read(Column column, int rows, double[] into) {
        if (column instanceof IntColumn dates) {
            readDates(dates.values(), rows, into);
        } else {
            readTimes(((LongColumn) column).values(), rows, into);
        }
    }

    private void readDates(int[] values, int rows, double[] into) {
        for (int row = 0; row < rows; row++) {
            into[row] = ofDay(values[row]);
        }
    }

    private void readTimes(long[] values, int rows, double[] into) {
        long low = from;
        long high = to;
        double value = current;
        for (int row = 0; row < rows; row++) {
            long time = values[row];
            if (time < low || time >= high) {
                value = look(time);
                low = from;
                high = to;
            }
            into[row] = value;
        }
    }

    /** The field of a time; notes the range of times it holds for. */
    private double look(long time) {
        if (field == CalendarField.HOUR) {
            long hour = Math.floorDiv(time, unitsPerHour);
            note(time, hour * unitsPerHour, unitsPerHour, Math.floorMod(hour, 24L));
        } else {
            long day = Math.floorDiv(time, unitsPerDay);
            note(time, day * unitsPerDay, unitsPerDay, ofDay(day));
        }
        return current;
    }

    /** A range that reaches beyond what a long holds is not noted: it would hold for other times. */
    private void note(long time, long start, long length, double value) {
        boolean wraps = start > time || start + length <= time;
        from = wraps ? 0 : start;
        to = wraps ? 0 : start + length;
        current = value;
    }

    private double ofDay(long day) {
        int slot = (int) (day & (KEPT_DAYS - 1));
        if (days[slot] != day) {
            days[slot] = day;
            fields[slot] = compute(LocalDate.ofEpochDay(day));
        }
        return fields[slot];
    }

    private double compute(LocalDate date) {
        return switch (field) {
            case MONTH -> date.getMonthValue();
            case DAY_OF_WEEK -> date.getDayOfWeek().getValue() - 1;
            case DAY_OF_YEAR -> date.getDayOfYear();
            case HOUR -> 0;
        };
    }
}
