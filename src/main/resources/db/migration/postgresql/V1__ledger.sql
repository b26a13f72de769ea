-- The record of runs. A run is one logical execution of a job; its attempts share this row.
create table nightshift_run (
    run_id           uuid primary key,
    job              varchar(63) not null,
    experiment       varchar(200) not null,
    logical_date     timestamp(0) not null,
    state            varchar(12) not null,
    attempt          integer not null,
    -- Raised by every attempt; a chunk or a move that carries an older one is refused.
    token            bigint not null,
    -- Hash of the job and its identifying parameters while the run is active, else null: one active run each.
    active_key       varchar(64),
    owner            varchar(200),
    parameters       text not null,
    tags             text not null,
    definition       text not null,
    snapshot         text,
    input            text,
    plan_rows        bigint,
    pruned_rows      bigint,
    created_at       timestamp(3) with time zone not null,
    started_at       timestamp(3) with time zone,
    ended_at         timestamp(3) with time zone,
    rows_read        bigint not null default 0,
    rows_predicted   bigint not null default 0,
    rows_rejected    bigint not null default 0,
    rows_filtered    bigint not null default 0,
    failure_code     varchar(40),
    failure_message  text,
    failure_where    varchar(2000),
    published_at     timestamp(3) with time zone,
    -- Until when the owner holds the run; renewed by it, by the clock of this database.
    lease_until      timestamp(3) with time zone,
    constraint nightshift_run_one_active unique (active_key)
);
create index nightshift_run_newest on nightshift_run (created_at desc);
create index nightshift_run_by_job on nightshift_run (job, created_at desc);

create table nightshift_run_event (
    run_id      uuid not null references nightshift_run on delete cascade,
    sequence    bigint generated always as identity,
    at          timestamp(3) with time zone not null,
    attempt     integer not null,
    from_state  varchar(12),
    to_state    varchar(12) not null,
    who         varchar(200) not null,
    why         varchar(2000) not null,
    primary key (run_id, sequence)
);

-- The plan of a run, frozen by its first attempt.
create table nightshift_partition (
    run_id            uuid not null references nightshift_run on delete cascade,
    partition_number  integer not null,
    chunks            integer not null,
    row_count         bigint not null,
    description       text not null,
    primary key (run_id, partition_number)
);

-- Measured facts of an attempt; partition_number is -1 for the run as a whole.
create table nightshift_metric (
    run_id            uuid not null references nightshift_run on delete cascade,
    attempt           integer not null,
    partition_number  integer not null,
    name              varchar(100) not null,
    metric_value      double precision not null,
    primary key (run_id, attempt, partition_number, name)
);

create table nightshift_artefact (
    run_id   uuid not null references nightshift_run on delete cascade,
    name     varchar(200) not null,
    kind     varchar(20) not null,
    location varchar(2000) not null,
    bytes    bigint,
    sha256   varchar(64),
    primary key (run_id, name)
);
