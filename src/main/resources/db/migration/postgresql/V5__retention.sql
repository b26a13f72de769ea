-- A pinned run is kept, whatever its job says.
alter table nightshift_run add column pinned boolean not null default false;
-- Since when the results of a run no longer count: set before the first of them is removed.
alter table nightshift_run add column purged_at timestamp(3) with time zone;
-- Whether some of a purged run's results may still be there; whoever purges next removes them.
alter table nightshift_run add column purge_due boolean not null default false;
