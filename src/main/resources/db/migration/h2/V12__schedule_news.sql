-- How many fires of each schedule have each outcome, kept in the transaction that records them: the log is too long to be counted for a
-- list.
alter table nightshift_schedule add column fired bigint default 0 not null;
alter table nightshift_schedule add column late bigint default 0 not null;
alter table nightshift_schedule add column merged bigint default 0 not null;
alter table nightshift_schedule add column skipped bigint default 0 not null;
alter table nightshift_schedule add column missed bigint default 0 not null;
alter table nightshift_schedule add column refused bigint default 0 not null;
merge into nightshift_schedule s using (select schedule,
        sum(case when outcome = 'FIRED' then 1 else 0 end) as fired,
        sum(case when outcome = 'LATE' then 1 else 0 end) as late,
        sum(case when outcome = 'MERGED' then 1 else 0 end) as merged,
        sum(case when outcome = 'SKIPPED' then 1 else 0 end) as skipped,
        sum(case when outcome = 'MISSED' then 1 else 0 end) as missed,
        sum(case when outcome = 'REFUSED' then 1 else 0 end) as refused
    from nightshift_fire group by schedule) c
on s.name = c.schedule when matched then update set
    fired = c.fired,
    late = c.late,
    merged = c.merged,
    skipped = c.skipped,
    missed = c.missed,
    refused = c.refused;

-- The calendar files that the definition names: the SHA-256 of each text as JSON by path, so that every process plans by the same days; null
-- for what an earlier version applied. Each text is kept once, however many schedules name it.
alter table nightshift_schedule add column calendars character large object;
create table nightshift_calendar (
    sha256  varchar(64) primary key,
    content character large object not null
);

-- Whether schedules that wait for the job heard of the success. What was there before is found by each schedule's first look.
alter table nightshift_run_event add column heard boolean default true not null;
alter table nightshift_run_event alter column heard set default false;
create index nightshift_run_event_unheard on nightshift_run_event (heard, to_state, sequence);

-- Since when a schedule waits for the jobs that it waits for now: what succeeded before is no news to it. Null for since it was applied.
alter table nightshift_schedule add column waiting_since timestamp(3) with time zone;
