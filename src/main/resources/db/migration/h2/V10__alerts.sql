-- Lives in the metadata database. What people are to be told; written in the transaction of what it is about.
create table nightshift_alert (
    alert_id   uuid primary key,
    -- What the alert is about, exactly: it is raised once.
    alert_key  varchar(300) not null,
    kind       varchar(40) not null,
    subject    varchar(300) not null,
    run_id     varchar(100),
    message    varchar(4000) not null,
    raised_at  timestamp(6) with time zone not null,
    constraint nightshift_alert_once unique (alert_key)
);
create index nightshift_alert_newest on nightshift_alert (raised_at desc, alert_id);

-- An alert on one of its channels. Kind and subject are those of the alert: the limits count by them.
create table nightshift_alert_delivery (
    alert_id    uuid not null references nightshift_alert on delete cascade,
    channel     varchar(63) not null,
    kind        varchar(40) not null,
    subject     varchar(300) not null,
    state       varchar(13) not null,
    -- Alerts that are sent together have the same; it is set before they are sent, and stays.
    message_id  uuid,
    attempts    integer not null default 0,
    -- Null once the alert is sent or given up.
    due_at      timestamp(6) with time zone,
    sent_at     timestamp(6) with time zone,
    reason      varchar(1000),
    primary key (alert_id, channel)
);
create index nightshift_alert_delivery_due on nightshift_alert_delivery (channel, due_at);
create index nightshift_alert_delivery_sent on nightshift_alert_delivery (channel, sent_at);
create index nightshift_alert_delivery_group on nightshift_alert_delivery (channel, kind, subject, sent_at);
create index nightshift_alert_delivery_message on nightshift_alert_delivery (message_id);

-- Which process delivers the alerts of a channel, by the clock of this database.
create table nightshift_alert_channel (
    channel      varchar(63) primary key,
    owner        varchar(200),
    lease_until  timestamp(6) with time zone not null
);
