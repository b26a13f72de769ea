-- Who may use the service's endpoint. Only the digest of a token is kept.
create table nightshift_token (
    name        varchar(63) primary key,
    sha256      varchar(64) not null,
    role        varchar(20) not null,
    created_at  timestamp(3) with time zone not null default current_timestamp,
    created_by  varchar(200) not null,
    expires_at  timestamp(3) with time zone,
    revoked_at  timestamp(3) with time zone,
    revoked_by  varchar(200),
    constraint nightshift_token_digest unique (sha256)
);

-- What a launch with a key made, so that the same request again makes nothing more.
create table nightshift_idempotency_key (
    principal    varchar(63) not null,
    key_text     varchar(200) not null,
    body_sha256  varchar(64) not null,
    -- Null only inside the transaction that makes the run.
    run_id       uuid,
    created_at   timestamp(3) with time zone not null default current_timestamp,
    primary key (principal, key_text)
);

-- Every request that changes something or was refused. Rows are added, never changed.
create table nightshift_audit (
    entry_number  bigint generated always as identity primary key,
    at            timestamp(6) with time zone not null default current_timestamp,
    who           varchar(200) not null,
    address       varchar(100) not null,
    method        varchar(20) not null,
    path          varchar(500) not null,
    status        integer not null,
    failure_code  varchar(40),
    request_id    uuid not null
);
create index nightshift_audit_newest on nightshift_audit (at desc);

-- The newest success of each job is asked for by every collection of metrics.
create index nightshift_run_successes on nightshift_run (state, job, ended_at);
