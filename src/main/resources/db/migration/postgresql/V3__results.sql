-- Lives in the result database: written in the transactions that write results.

-- The newest token of each run with a live or finished attempt, and whether its results were published: where the record
-- of runs is in another database, this is what decides.
create table nightshift_fence (
    run_id     uuid primary key,
    token      bigint not null,
    published  boolean not null default false
);

-- The ledger proper: a row says that the chunk's rows, rejects and aggregate state are committed.
create table nightshift_chunk (
    run_id            uuid not null,
    partition_number  integer not null,
    chunk_number      integer not null,
    attempt           integer not null,
    token             bigint not null,
    rows_read         bigint not null,
    rows_predicted    bigint not null,
    rows_rejected     bigint not null,
    rows_filtered     bigint not null,
    committed_at      timestamp(3) with time zone not null,
    primary key (run_id, partition_number, chunk_number)
);

-- Aggregates of a partition up to its last committed chunk.
create table nightshift_partition_state (
    run_id            uuid not null,
    partition_number  integer not null,
    next_chunk        integer not null,
    aggregate_state   bytea not null,
    -- The partition's finished result files, JSON; null until they are in place.
    files             text,
    primary key (run_id, partition_number)
);

-- Which run the readers of a result table see; none where there is no row.
create table nightshift_publication (
    table_name    varchar(300) primary key,
    -- The job's table of predictions: tables of one family show the same run or nothing.
    family        varchar(300) not null,
    run_id        uuid not null,
    published_at  timestamp(3) with time zone not null
);

-- A published manifest whose rename has not been confirmed; whoever recovers repeats it. A folder has one manifest, so the
-- latest publication replaces what an earlier one left.
create table nightshift_pending_manifest (
    folder   varchar(2000) primary key,
    run_id   uuid not null,
    since    timestamp(6) with time zone not null default current_timestamp
);

