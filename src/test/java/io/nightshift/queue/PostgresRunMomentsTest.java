package io.nightshift.queue;

import io.nightshift.MetadataPlace;

final class PostgresRunMomentsTest extends RunMomentsContract {

    @Override
    MetadataPlace place() {
        return MetadataPlace.POSTGRES;
    }
}
