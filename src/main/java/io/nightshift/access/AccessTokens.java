package io.nightshift.access;

import io.nightshift.database.SqlInstant;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes, finds and revokes tokens. A secret is 256 random bits, and only its SHA-256 is stored. Expiry is judged by the clock of the
 * database, so that all processes agree. Thread-safe.
 */
public final class AccessTokens {

    /** What the first token is called that a new service makes for its operator. */
    public static final String FIRST = "first-operator";

    static final String PREFIX = "nst_";

    private static final int SECRET_BYTES = 32;
    private static final Pattern SECRET = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String SELECT = """
            select name, sha256, role, created_at, created_by, expires_at, revoked_at,
                coalesce(expires_at <= current_timestamp, false) as expired
            from nightshift_token""";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    AccessTokens(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /**
     * Makes a token.
     *
     * @param life how long it is good for, or null for ever
     * @throws NightshiftException USAGE where the name is not allowed or has been given before; nothing was made
     */
    public IssuedToken create(String name, Role role, @Nullable Duration life, String who) {
        if (!NAME.matcher(name).matches()) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "a token cannot be called '" + name
                            + "'; allowed are up to 63 of a-z, 0-9, '.', '_' and '-', beginning"
                            + " with a letter or digit. No token was made");
        }
        try {
            return insert(name, role, life, who);
        } catch (DuplicateKeyException taken) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "there is a token '" + name
                            + "' already, or was; names are not given twice, so that the audit stays"
                            + " clear. Choose another name; no token was made",
                    taken);
        }
    }

    /** Makes an operator's token where there has never been any token. Of several processes that try, one makes it. */
    public Optional<IssuedToken> createFirst(String who) {
        boolean any = jdbc.sql("select count(*) from nightshift_token")
                        .query(Long.class)
                        .single()
                > 0;
        if (any) {
            return Optional.empty();
        }
        try {
            return Optional.of(insert(FIRST, Role.OPERATOR, null, who));
        } catch (DuplicateKeyException madeByAnother) {
            return Optional.empty();
        }
    }

    private IssuedToken insert(String name, Role role, @Nullable Duration life, String who) {
        byte[] random = new byte[SECRET_BYTES];
        RANDOM.nextBytes(random);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        jdbc.sql("insert into nightshift_token (name, sha256, role, created_by, expires_at) values (?, ?, ?, ?,"
                        + (life == null ? "null" : " current_timestamp + cast(? as integer) * interval '1' second")
                        + ")")
                .param(name)
                .param(Digest.sha256(secret))
                .param(role.name())
                .param(who)
                .params(life == null ? List.of() : List.of(life.toSeconds()))
                .update();
        return new IssuedToken(named(name).orElseThrow(), secret);
    }

    /** Every token that was ever made, in the order of their names. */
    public List<AccessToken> list() {
        return jdbc.sql(SELECT + " order by name").query(AccessTokens::map).list();
    }

    /**
     * Lets nobody in by this token any more, from the next request on. Revoking twice changes nothing.
     *
     * @throws NightshiftException TOKEN_UNKNOWN; STATE_CONFLICT for the last token that lets an operator in, without which nobody could
     *     ask the service for a change
     */
    public AccessToken revoke(String name, String who) {
        return Objects.requireNonNull(transactions.execute(status -> {
            // Two operators who revoke each other's token at once must not both be heard.
            List<AccessToken> operators = jdbc
                    .sql(SELECT + " where role = 'OPERATOR' order by name for update")
                    .query(AccessTokens::map)
                    .list()
                    .stream()
                    .filter(AccessToken::usable)
                    .toList();
            if (operators.size() == 1 && operators.get(0).name().equals(name)) {
                throw new NightshiftException(
                        FailureCode.STATE_CONFLICT,
                        "'" + name
                                + "' is the last token that lets an operator in; nothing was changed. Make another with"
                                + " `nightshift token create NAME --role operator` where the home is, then revoke this one");
            }
            jdbc.sql("update nightshift_token set revoked_at = current_timestamp, revoked_by = ? where name = ?"
                            + " and revoked_at is null")
                    .params(who, name)
                    .update();
            return named(name)
                    .orElseThrow(() -> new NightshiftException(
                            FailureCode.TOKEN_UNKNOWN,
                            "there is no token '" + name
                                    + "'; `nightshift token list` lists them. Nothing was changed"));
        }));
    }

    /** Whether a token still lets somebody in. */
    public boolean isUsable(String name) {
        return named(name).filter(AccessToken::usable).isPresent();
    }

    private Optional<AccessToken> named(String name) {
        return jdbc.sql(SELECT + " where name = ?")
                .param(name)
                .query(AccessTokens::map)
                .optional();
    }

    /** The token with this secret, which may be expired or revoked; empty where there is none. */
    public Optional<AccessToken> find(String secret) {
        if (!SECRET.matcher(secret).matches()) {
            return Optional.empty();
        }
        String digest = Digest.sha256(secret);
        record Found(String sha256, AccessToken token) {}
        return jdbc.sql(SELECT + " where sha256 = ?")
                .param(digest)
                .query((row, number) -> new Found(row.getString("sha256"), map(row, number)))
                .optional()
                .filter(found -> MessageDigest.isEqual(
                        found.sha256().getBytes(StandardCharsets.US_ASCII), digest.getBytes(StandardCharsets.US_ASCII)))
                .map(Found::token);
    }

    private static AccessToken map(ResultSet row, int number) throws SQLException {
        return new AccessToken(
                row.getString("name"),
                Role.valueOf(row.getString("role")),
                row.getTimestamp("created_at").toInstant(),
                row.getString("created_by"),
                SqlInstant.of(row, "expires_at"),
                SqlInstant.of(row, "revoked_at"),
                row.getBoolean("expired"));
    }
}
