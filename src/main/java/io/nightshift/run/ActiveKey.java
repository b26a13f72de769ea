package io.nightshift.run;

import io.nightshift.job.JobName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The key of which one run may be active: SHA-256 over the job's name and its parameters in name order. */
public final class ActiveKey {

    private ActiveKey() {}

    public static String of(JobName job, Map<String, String> parameters) {
        StringBuilder text = new StringBuilder(job.value());
        // NUL cannot occur in a parameter, so that no two sets of parameters give one text.
        new TreeMap<>(parameters)
                .forEach((name, value) ->
                        text.append('\0').append(name).append('\0').append(value));
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
