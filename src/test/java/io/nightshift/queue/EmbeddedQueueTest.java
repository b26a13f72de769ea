package io.nightshift.queue;

import io.nightshift.MetadataPlace;

final class EmbeddedQueueTest extends QueueContract {

    @Override
    MetadataPlace place() {
        return MetadataPlace.EMBEDDED;
    }
}
