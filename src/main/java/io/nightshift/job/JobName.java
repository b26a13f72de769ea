package io.nightshift.job;

import java.util.regex.Pattern;

/** A job's name: lower case letters, digits, {@code . _ -}, starting with a letter or digit, at most 63 characters. */
public record JobName(String value) {

    static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public JobName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("a name is lower case letters, digits, '.', '_' and '-', starts with a"
                    + " letter or digit and has at most 63 characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
