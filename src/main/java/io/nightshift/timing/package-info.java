/** When a schedule is due: cron, intervals and dates over time zones, daylight saving and calendars; pure, without clock and database. */
@NullMarked
package io.nightshift.timing;

import org.jspecify.annotations.NullMarked;
