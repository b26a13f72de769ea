package io.nightshift.queue;

import io.nightshift.MetadataPlace;

final class EmbeddedRunMomentsTest extends RunMomentsContract {

    @Override
    MetadataPlace place() {
        return MetadataPlace.EMBEDDED;
    }
}
