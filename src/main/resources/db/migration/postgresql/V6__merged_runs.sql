-- Lives in the result database. When a run was last merged into a table that keeps the current value of each key: what a
-- redrive of it recovers does not replace what was published later.
create table nightshift_merged_run (
    table_name    varchar(300) not null,
    run_id        uuid not null,
    published_at  timestamp(6) with time zone not null,
    primary key (table_name, run_id)
);
