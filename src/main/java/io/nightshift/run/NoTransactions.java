package io.nightshift.run;

import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * What Spring Batch gets where it asks for transactions of its own. They begin and end nothing, and above all keep no database
 * connection with their thread: one that is lost would be lost for as long as the step lasts.
 */
final class NoTransactions {

    private NoTransactions() {}

    static PlatformTransactionManager manager() {
        ResourcelessTransactionManager manager = new ResourcelessTransactionManager();
        manager.setTransactionSynchronization(ResourcelessTransactionManager.SYNCHRONIZATION_NEVER);
        return manager;
    }
}
