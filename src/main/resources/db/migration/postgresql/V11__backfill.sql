-- Runs of a job for many logical dates, made little by little. The job's file is kept as it was, so that all are of one definition.
create table nightshift_backfill (
    backfill_id  bigint generated always as identity primary key,
    job          varchar(63) not null,
    file         varchar(1000) not null,
    definition   text not null,
    first_date   timestamp(0) not null,
    last_date    timestamp(0) not null,
    every        varchar(40) not null,
    parallel     integer not null,
    -- MISSING, FAILED or ALL.
    selection    varchar(10) not null,
    model        varchar(2000),
    parameters   text not null,
    who          varchar(200) not null,
    state        varchar(10) not null,
    reason       varchar(2000) not null,
    created_at   timestamp(3) with time zone not null,
    ended_at     timestamp(3) with time zone
);
create index nightshift_backfill_state on nightshift_backfill (state, backfill_id);

-- Each date once. What became of a submitted one is in its run.
create table nightshift_backfill_date (
    backfill_id   bigint not null references nightshift_backfill on delete cascade,
    logical_date  timestamp(0) not null,
    -- WAITING, SUBMITTED, SKIPPED or REFUSED.
    state         varchar(10) not null,
    reason        varchar(2000) not null,
    run_id        uuid,
    primary key (backfill_id, logical_date)
);
create index nightshift_backfill_date_state on nightshift_backfill_date (backfill_id, state, logical_date);

create index nightshift_run_by_logical_date on nightshift_run (job, logical_date);
