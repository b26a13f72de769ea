-- Lives in the result database. The number of each run in the result tables: rows of a run are a range of the row's primary
-- key, which begins with it, so that they are appended, shown and removed as a range.
create table nightshift_result_run (
    run_id      uuid primary key,
    run_number  bigint generated always as identity unique
);
