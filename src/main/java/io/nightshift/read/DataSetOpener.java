package io.nightshift.read;

import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobDefinition.TableSource;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.storage.Storages;
import java.util.List;

/** Opens whatever a job reads. */
public final class DataSetOpener {

    private final Storages storages;
    private final Databases databases;

    public DataSetOpener(Storages storages, Databases databases) {
        this.storages = storages;
        this.databases = databases;
    }

    /**
     * @param columns the needed columns, in the order in which batches are to hold them
     * @throws io.nightshift.failure.NightshiftException for whatever is missing, damaged or does not fit
     */
    public DataSet open(JobDefinition job, List<String> columns) {
        return job.source() instanceof TableSource table
                ? TableDataSet.open(databases, job, table, columns)
                : ParquetDataSet.open(storages, job.source().parquet(), columns, ParquetLimits.defaults());
    }
}
