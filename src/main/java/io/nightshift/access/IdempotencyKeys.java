package io.nightshift.access;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets a request that is sent several times with one key have its effect once. The key, bound to its principal and to the bytes of the
 * request, commits in the transaction that has the effect: a crash leaves both or neither, and of requests at the same moment one
 * waits for the other. Keys are kept for seven days. Thread-safe.
 */
public final class IdempotencyKeys {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    IdempotencyKeys(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /**
     * What belongs to a key.
     *
     * @param made what names it
     * @param repeated whether an earlier request made it
     */
    public record Answer(String made, boolean repeated) {}

    /**
     * Does the work unless it is done.
     *
     * @param work makes something and names it, in the transaction that this opens
     * @throws NightshiftException KEY_REUSED where the key came with another body before; whatever the work throws, and then the key is
     *     free again
     */
    public Answer once(String principal, String key, byte[] body, Supplier<String> work) {
        String digest = Digest.sha256(body);
        while (true) {
            try {
                String made = transactions.execute(status -> {
                    take(principal, key, digest);
                    String name = work.get();
                    jdbc.sql("update nightshift_idempotency_key set made = ? where principal = ? and key_text = ?")
                            .params(name, principal, key)
                            .update();
                    return name;
                });
                return new Answer(java.util.Objects.requireNonNull(made), false);
            } catch (KeyTaken taken) {
                String earlier = earlier(principal, key, digest);
                if (earlier != null) {
                    return new Answer(earlier, true);
                }
            }
        }
    }

    private void take(String principal, String key, String digest) {
        jdbc.sql("delete from nightshift_idempotency_key where created_at < current_timestamp - interval '7' day")
                .update();
        try {
            jdbc.sql("insert into nightshift_idempotency_key (principal, key_text, body_sha256) values (?, ?, ?)")
                    .params(principal, key, digest)
                    .update();
        } catch (DuplicateKeyException e) {
            throw new KeyTaken();
        }
    }

    /** What an earlier request made, or null where the key has been freed in between. */
    private @Nullable String earlier(String principal, String key, String digest) {
        record Row(String digest, @Nullable String made) {}
        Row row = jdbc.sql(
                        "select body_sha256, made from nightshift_idempotency_key where principal = ? and key_text = ?")
                .params(principal, key)
                .query((found, number) -> new Row(found.getString(1), found.getString(2)))
                .optional()
                .orElse(null);
        if (row != null && !row.digest().equals(digest)) {
            throw new NightshiftException(
                    FailureCode.KEY_REUSED,
                    "the Idempotency-Key '" + key + "' came with another body before; a key stands for one request."
                            + " Nothing was started. Send the first body again, or a new key");
        }
        return row == null ? null : row.made();
    }

    /** Rolls the transaction back; what is to be read of the other's row is read outside of it. */
    private static final class KeyTaken extends RuntimeException {

        private static final long serialVersionUID = 1;

        KeyTaken() {
            super("key taken", null, false, false);
        }
    }
}
