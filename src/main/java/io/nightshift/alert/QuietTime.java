package io.nightshift.alert;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A part of each day in which a channel is not used. It begins and ends at moments, not at readings of a clock: an hour that
 * daylight saving repeats does not end it twice, and one that is left out does not lose its end. Immutable.
 *
 * @param from its beginning, by the clocks of the zone
 * @param to its end; on the next day where it is not after the beginning
 * @param except kinds that are told all the same
 */
record QuietTime(LocalTime from, LocalTime to, ZoneId zone, Set<AlertKind> except) {

    QuietTime {
        except = Set.copyOf(except);
    }

    /** When the quiet time ends that a moment is in, or empty where it is in none. */
    Optional<Instant> endOf(Instant moment) {
        LocalDate today = LocalDate.ofInstant(moment, zone);
        for (LocalDate day : List.of(today.minusDays(1), today)) {
            Instant start = moment(day.atTime(from));
            Instant end = moment((to.isAfter(from) ? day : day.plusDays(1)).atTime(to));
            if (!moment.isBefore(start) && moment.isBefore(end)) {
                return Optional.of(end);
            }
        }
        return Optional.empty();
    }

    /** The first moment at which clocks show this time or a later one. */
    private Instant moment(LocalDateTime time) {
        ZoneOffsetTransition transition = zone.getRules().getTransition(time);
        return transition != null && transition.isGap()
                ? transition.getInstant()
                : time.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
    }
}
