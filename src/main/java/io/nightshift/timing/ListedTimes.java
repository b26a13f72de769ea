package io.nightshift.timing;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Times that are written down one by one. */
final class ListedTimes implements LocalTimes {

    private static final int SHOWN = 5;
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    private final NavigableSet<LocalDateTime> times;

    ListedTimes(Collection<LocalDateTime> times) {
        if (times.isEmpty()) {
            throw new IllegalArgumentException("there is no time in the list");
        }
        this.times = new TreeSet<>(times);
    }

    @Override
    public @Nullable LocalDateTime next(LocalDateTime after) {
        return times.higher(after);
    }

    @Override
    public String words() {
        String shown = times.stream().limit(SHOWN).map(ListedTimes::written).collect(Collectors.joining(", "));
        return "at " + shown + (times.size() > SHOWN ? " and " + (times.size() - SHOWN) + " more" : "");
    }

    private static String written(LocalDateTime time) {
        return time.getSecond() == 0 && time.getNano() == 0
                ? MINUTES.format(time)
                : time.toString().replace('T', ' ');
    }
}
