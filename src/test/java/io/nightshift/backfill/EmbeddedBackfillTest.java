package io.nightshift.backfill;

import io.nightshift.MetadataPlace;

final class EmbeddedBackfillTest extends BackfillContract {

    @Override
    MetadataPlace place() {
        return MetadataPlace.EMBEDDED;
    }
}
