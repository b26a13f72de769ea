-- Each entry of the audit holds a digest of itself and of the one before it. Entries from before have none.
alter table nightshift_audit add column sha256 varchar(64);

-- The newest digest. Its row is locked by whoever adds an entry, so that the entries follow one another.
create table nightshift_audit_head (
    head_id      integer primary key,
    sha256       varchar(64) not null,
    entry_count  bigint not null
);
insert into nightshift_audit_head (head_id, sha256, entry_count) values (1, '', 0);

create index nightshift_audit_by_who on nightshift_audit (who, entry_number desc);
-- Paths are asked for by how they begin. H2 has none: it would sort every entry of a common beginning, and ends its walk early without.
create index nightshift_audit_by_path on nightshift_audit (path text_pattern_ops, entry_number desc);

-- A key may have made something else than a run.
alter table nightshift_idempotency_key add column made varchar(40);
update nightshift_idempotency_key set made = cast(run_id as varchar(40));
alter table nightshift_idempotency_key drop column run_id;
