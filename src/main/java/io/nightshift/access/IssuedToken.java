package io.nightshift.access;

/**
 * A token that has just been made. Its secret is here once and never again.
 *
 * @param secret what requests carry
 */
public record IssuedToken(AccessToken token, String secret) {

    /** Without the secret: what is logged must not let anybody in. */
    @Override
    public String toString() {
        return "IssuedToken[" + token + "]";
    }
}
