package io.nightshift.backfill;

import io.nightshift.MetadataPlace;

final class PostgresBackfillTest extends BackfillContract {

    @Override
    MetadataPlace place() {
        return MetadataPlace.POSTGRES;
    }
}
