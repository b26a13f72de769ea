/** What runs when: schedule files, and what they say. */
@NullMarked
package io.nightshift.schedule;

import org.jspecify.annotations.NullMarked;
