package io.nightshift.access;

import io.nightshift.database.LedgerDatabases;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What keeps tokens, the audit and idempotency keys in the metadata database. */
@Configuration(proxyBeanMethods = false)
public class AccessConfiguration {

    @Bean
    AccessTokens accessTokens(LedgerDatabases databases) {
        return new AccessTokens(
                databases.metadata().jdbc(), databases.metadata().transactions());
    }

    @Bean
    AuditLog auditLog(LedgerDatabases databases) {
        return new AuditLog(databases.metadata().jdbc(), databases.metadata().transactions());
    }

    @Bean
    IdempotencyKeys idempotencyKeys(LedgerDatabases databases) {
        return new IdempotencyKeys(
                databases.metadata().jdbc(), databases.metadata().transactions());
    }
}
