-- What the service is to do with a run that it was given; kept until the run needs nothing more of it. While a run waits
-- it is QUEUED without a lease: nobody owns it, and nobody can lose it.
create table nightshift_queue (
    run_id           uuid primary key references nightshift_run on delete cascade,
    job              varchar(63) not null,
    -- API, SCHEDULE or BACKFILL, and the name of the schedule or backfill.
    origin           varchar(10) not null,
    origin_name      varchar(200) not null,
    -- Whether a worker is still to take it.
    waiting          boolean not null,
    priority         integer not null,
    submitted_at     timestamp(3) with time zone not null,
    -- Not taken earlier: the pause before another try.
    not_before       timestamp(3) with time zone,
    -- Not taken later: the run is then given up.
    start_before     timestamp(3) with time zone,
    device           varchar(10) not null,
    -- Most runs at once of its job and of its origin.
    job_parallel     integer not null,
    origin_parallel  integer not null,
    -- The run's active key once it is taken; several runs of one key may wait.
    active_key       varchar(64) not null,
    tries            integer not null,
    most_tries       integer not null,
    backoff_first    bigint not null,
    backoff_most     bigint not null,
    losses           integer not null
);
create index nightshift_queue_waiting on nightshift_queue (waiting, job);
create index nightshift_queue_origin on nightshift_queue (origin, origin_name, waiting);

-- When a job's run was last taken: of jobs of one priority, the one that waits longest is next.
create table nightshift_queue_share (
    job       varchar(63) primary key,
    taken_at  timestamp(3) with time zone not null
);

-- Rows to lock for what one process does at a time.
create table nightshift_lock (
    name varchar(40) primary key
);
insert into nightshift_lock (name) values ('admission');

-- The processes that serve, by the clock of this database.
create table nightshift_node (
    node_id     uuid primary key,
    name        varchar(200) not null,
    started_at  timestamp(3) with time zone not null,
    seen_at     timestamp(3) with time zone not null,
    -- Its clock minus the database's.
    skew_millis bigint not null,
    -- Why it takes no runs; null where it does.
    idle_reason varchar(200),
    workers     integer not null,
    address     varchar(300)
);
