package io.nightshift.queue;

import io.nightshift.MetadataPlace;

final class PostgresQueueTest extends QueueContract {

    @Override
    MetadataPlace place() {
        return MetadataPlace.POSTGRES;
    }
}
