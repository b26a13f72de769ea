package io.nightshift.remote;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The secret by which a service knows who asks. It comes from a variable or a file: other users see command lines. */
public final class ServiceToken {

    /** The variable of the environment that holds a token. */
    public static final String VARIABLE = "NIGHTSHIFT_TOKEN";

    private static final int LONGEST = 1000;
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final String secret;

    private ServiceToken(String secret) {
        this.secret = secret;
    }

    /**
     * Finds the token.
     *
     * @param variable what {@link #VARIABLE} holds, or null
     * @param file holds it instead, for its owner alone; or null
     * @throws NightshiftException USAGE where there is none, or others can read it
     */
    public static ServiceToken find(@Nullable String variable, @Nullable Path file) {
        if (file != null) {
            return of(read(file), "the token file " + file);
        }
        if (variable == null || variable.isBlank()) {
            throw refused("a service is asked with a token: put it into " + VARIABLE
                    + ", or into a file that you alone can read and that --token-file names. `nightshift token create` makes"
                    + " one where the service runs");
        }
        return of(variable, VARIABLE);
    }

    private static ServiceToken of(String text, String where) {
        String secret = text.strip();
        if (!VISIBLE.matcher(secret).matches() || secret.length() > LONGEST) {
            throw refused(where + " holds no token, which is one word such as nst_...");
        }
        return new ServiceToken(secret);
    }

    private static String read(Path file) {
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Set<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
                open.addAll(Files.getPosixFilePermissions(file));
                open.retainAll(OF_OTHERS);
                if (!open.isEmpty()) {
                    throw refused(
                            "others can read or write the token file " + file + ": make it yours alone, by chmod 600 "
                                    + file + ", and revoke the token if others may have seen it");
                }
            }
            byte[] bytes = Files.size(file) > LONGEST ? new byte[0] : Files.readAllBytes(file);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "the token file " + file + " cannot be read: " + Causes.firstLine(e) + "; nothing was sent",
                    e);
        }
    }

    private static NightshiftException refused(String message) {
        return new NightshiftException(FailureCode.USAGE, message + ". Nothing was sent");
    }

    String header() {
        return "Bearer " + secret;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "token";
    }
}
