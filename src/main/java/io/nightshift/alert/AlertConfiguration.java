package io.nightshift.alert;

import io.nightshift.database.LedgerDatabases;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Raising, listing and delivering alerts in the metadata database. Delivery begins when it is started. */
@Configuration(proxyBeanMethods = false)
public class AlertConfiguration {

    @Bean
    public Alerts alerts(LedgerDatabases databases, AlertChannels channels, Clock clock) {
        return new Alerts(databases.metadata(), channels.settings(), clock);
    }

    /** Made by whoever starts it: only a service needs the channels. */
    @Bean
    @Lazy
    public AlertDelivery alertDelivery(LedgerDatabases databases, AlertChannels channels, Clock clock) {
        return new AlertDelivery(databases.metadata(), channels, clock, ThreadLocalRandom::current);
    }

    @Bean
    AlertLog alertLog(LedgerDatabases databases) {
        return new AlertLog(databases.metadata());
    }
}
