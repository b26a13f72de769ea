-- How many fires of each schedule have each outcome, kept in the transaction that records them: the log is too long to be counted for a
-- list.
alter table nightshift_schedule add column fired bigint default 0 not null;
alter table nightshift_schedule add column late bigint default 0 not null;
alter table nightshift_schedule add column merged bigint default 0 not null;
alter table nightshift_schedule add column skipped bigint default 0 not null;
alter table nightshift_schedule add column missed bigint default 0 not null;
alter table nightshift_schedule add column refused bigint default 0 not null;
update nightshift_schedule set
    fired = (select count(*) from nightshift_fire f where f.schedule = nightshift_schedule.name and f.outcome = 'FIRED'),
    late = (select count(*) from nightshift_fire f where f.schedule = nightshift_schedule.name and f.outcome = 'LATE'),
    merged = (select count(*) from nightshift_fire f where f.schedule = nightshift_schedule.name and f.outcome = 'MERGED'),
    skipped = (select count(*) from nightshift_fire f where f.schedule = nightshift_schedule.name and f.outcome = 'SKIPPED'),
    missed = (select count(*) from nightshift_fire f where f.schedule = nightshift_schedule.name and f.outcome = 'MISSED'),
    refused = (select count(*) from nightshift_fire f where f.schedule = nightshift_schedule.name and f.outcome = 'REFUSED');

-- The texts of the calendar files that the definition names, as JSON by path, so that every process plans by the same days; null for what an
-- earlier version applied.
alter table nightshift_schedule add column calendars character large object;

-- Whether schedules that wait for the job heard of the success. What was there before is found by each schedule's first look.
alter table nightshift_run_event add column heard boolean default true not null;
alter table nightshift_run_event alter column heard set default false;
create index nightshift_run_event_unheard on nightshift_run_event (heard, to_state, sequence);
create index nightshift_run_by_date on nightshift_run (job, logical_date);
