-- What is known of each schedule: its file as it was applied, how far its planned fires are in the log, and whether somebody
-- paused it.
create table nightshift_schedule (
    name           varchar(63) primary key,
    job            varchar(63) not null,
    file           varchar(1000) not null,
    definition     character large object not null,
    sha256         varchar(64) not null,
    applied_at     timestamp(3) with time zone not null,
    applied_by     varchar(200) not null,
    -- Every planned fire up to here is in the log, none after it.
    planned_until  timestamp(3) with time zone not null,
    next_fire_at   timestamp(3) with time zone,
    paused_by      varchar(200),
    paused_reason  varchar(2000),
    paused_at      timestamp(3) with time zone,
    paused_until   timestamp(3) with time zone,
    removed_at     timestamp(3) with time zone,
    -- When a process last looked for its data, so that one of many looks.
    looked_at      timestamp(3) with time zone,
    -- Why its data cannot be looked for; null where it can.
    trouble        varchar(2000)
);
create index nightshift_schedule_due on nightshift_schedule (next_fire_at);

-- Every planned fire of every schedule, once, with what became of it.
create table nightshift_fire (
    schedule       varchar(63) not null,
    fire_time      timestamp(3) with time zone not null,
    logical_date   timestamp(0) not null,
    outcome        varchar(8) not null,
    reason         varchar(2000) not null,
    run_id         uuid,
    recorded_at    timestamp(3) with time zone not null,
    -- When its run is to be complete, and whether that is still to be looked at.
    finish_by      timestamp(3) with time zone,
    deadline_open  boolean not null,
    primary key (schedule, fire_time)
);
create index nightshift_fire_newest on nightshift_fire (fire_time desc, schedule desc);
create index nightshift_fire_outcome on nightshift_fire (outcome, fire_time desc, schedule desc);
create index nightshift_fire_run on nightshift_fire (run_id);
create index nightshift_fire_deadline on nightshift_fire (deadline_open, finish_by);

-- What happened that a schedule waits for, stored before it is acted on.
create table nightshift_event (
    schedule      varchar(63) not null,
    event_key     varchar(700) not null,
    logical_date  timestamp(0) not null,
    details       varchar(2000) not null,
    seen_at       timestamp(3) with time zone not null,
    -- The fire that came of it; null where it is still to be acted on.
    fire_time     timestamp(3) with time zone,
    primary key (schedule, event_key)
);
create index nightshift_event_open on nightshift_event (fire_time, schedule);

-- Quartz's tables, by its own scripts; its first start makes no rows of locks, which several processes would collide in.
create table nightshift_quartz_job_details
(
  sched_name        varchar(120) not null,
  job_name          varchar(200) not null,
  job_group         varchar(200) not null,
  description       varchar(250) null,
  job_class_name    varchar(250) not null,
  is_durable        bool         not null,
  is_nonconcurrent  bool         not null,
  is_update_data    bool         not null,
  requests_recovery bool         not null,
  job_data          blob        null,
  primary key (sched_name, job_name, job_group)
);

create table nightshift_quartz_triggers
(
  sched_name     varchar(120) not null,
  trigger_name   varchar(200) not null,
  trigger_group  varchar(200) not null,
  job_name       varchar(200) not null,
  job_group      varchar(200) not null,
  description    varchar(250) null,
  next_fire_time bigint       null,
  prev_fire_time bigint       null,
  priority       integer      null,
  trigger_state  varchar(16)  not null,
  trigger_type   varchar(8)   not null,
  start_time     bigint       not null,
  end_time       bigint       null,
  calendar_name  varchar(200) null,
  misfire_instr  smallint     null,
  job_data       blob        null,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, job_name, job_group)
  references nightshift_quartz_job_details (sched_name, job_name, job_group)
);

create table nightshift_quartz_simple_triggers
(
  sched_name      varchar(120) not null,
  trigger_name    varchar(200) not null,
  trigger_group   varchar(200) not null,
  repeat_count    bigint       not null,
  repeat_interval bigint       not null,
  times_triggered bigint       not null,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group)
  references nightshift_quartz_triggers (sched_name, trigger_name, trigger_group)
);

create table nightshift_quartz_cron_triggers
(
  sched_name      varchar(120) not null,
  trigger_name    varchar(200) not null,
  trigger_group   varchar(200) not null,
  cron_expression varchar(120) not null,
  time_zone_id    varchar(80),
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group)
  references nightshift_quartz_triggers (sched_name, trigger_name, trigger_group)
);

create table nightshift_quartz_simprop_triggers
(
  sched_name    varchar(120)   not null,
  trigger_name  varchar(200)   not null,
  trigger_group varchar(200)   not null,
  str_prop_1    varchar(512)   null,
  str_prop_2    varchar(512)   null,
  str_prop_3    varchar(512)   null,
  int_prop_1    int            null,
  int_prop_2    int            null,
  long_prop_1   bigint         null,
  long_prop_2   bigint         null,
  dec_prop_1    numeric(13, 4) null,
  dec_prop_2    numeric(13, 4) null,
  bool_prop_1   bool           null,
  bool_prop_2   bool           null,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group)
  references nightshift_quartz_triggers (sched_name, trigger_name, trigger_group)
);

create table nightshift_quartz_blob_triggers
(
  sched_name    varchar(120) not null,
  trigger_name  varchar(200) not null,
  trigger_group varchar(200) not null,
  blob_data     blob        null,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group)
  references nightshift_quartz_triggers (sched_name, trigger_name, trigger_group)
);

create table nightshift_quartz_calendars
(
  sched_name    varchar(120) not null,
  calendar_name varchar(200) not null,
  calendar      blob        not null,
  primary key (sched_name, calendar_name)
);

create table nightshift_quartz_paused_trigger_grps
(
  sched_name    varchar(120) not null,
  trigger_group varchar(200) not null,
  primary key (sched_name, trigger_group)
);

create table nightshift_quartz_fired_triggers
(
  sched_name        varchar(120) not null,
  entry_id          varchar(95)  not null,
  trigger_name      varchar(200) not null,
  trigger_group     varchar(200) not null,
  instance_name     varchar(200) not null,
  fired_time        bigint       not null,
  sched_time        bigint       not null,
  priority          integer      not null,
  state             varchar(16)  not null,
  job_name          varchar(200) null,
  job_group         varchar(200) null,
  is_nonconcurrent  bool         null,
  requests_recovery bool         null,
  primary key (sched_name, entry_id)
);

create table nightshift_quartz_scheduler_state
(
  sched_name        varchar(120) not null,
  instance_name     varchar(200) not null,
  last_checkin_time bigint       not null,
  checkin_interval  bigint       not null,
  primary key (sched_name, instance_name)
);

create table nightshift_quartz_locks
(
  sched_name varchar(120) not null,
  lock_name  varchar(40)  not null,
  primary key (sched_name, lock_name)
);

create index nightshift_quartz_ix_j_req_recovery
  on nightshift_quartz_job_details (sched_name, requests_recovery);
create index nightshift_quartz_ix_j_grp
  on nightshift_quartz_job_details (sched_name, job_group);

create index nightshift_quartz_ix_t_j
  on nightshift_quartz_triggers (sched_name, job_name, job_group);
create index nightshift_quartz_ix_t_jg
  on nightshift_quartz_triggers (sched_name, job_group);
create index nightshift_quartz_ix_t_c
  on nightshift_quartz_triggers (sched_name, calendar_name);
create index nightshift_quartz_ix_t_g
  on nightshift_quartz_triggers (sched_name, trigger_group);
create index nightshift_quartz_ix_t_state
  on nightshift_quartz_triggers (sched_name, trigger_state);
create index nightshift_quartz_ix_t_n_state
  on nightshift_quartz_triggers (sched_name, trigger_name, trigger_group, trigger_state);
create index nightshift_quartz_ix_t_n_g_state
  on nightshift_quartz_triggers (sched_name, trigger_group, trigger_state);
create index nightshift_quartz_ix_t_next_fire_time
  on nightshift_quartz_triggers (sched_name, next_fire_time);
create index nightshift_quartz_ix_t_nft_st
  on nightshift_quartz_triggers (sched_name, trigger_state, next_fire_time);
create index nightshift_quartz_ix_t_nft_misfire
  on nightshift_quartz_triggers (sched_name, misfire_instr, next_fire_time);
create index nightshift_quartz_ix_t_nft_st_misfire
  on nightshift_quartz_triggers (sched_name, misfire_instr, next_fire_time, trigger_state);
create index nightshift_quartz_ix_t_nft_st_misfire_grp
  on nightshift_quartz_triggers (sched_name, misfire_instr, next_fire_time, trigger_group, trigger_state);

create index nightshift_quartz_ix_ft_trig_inst_name
  on nightshift_quartz_fired_triggers (sched_name, instance_name);
create index nightshift_quartz_ix_ft_inst_job_req_rcvry
  on nightshift_quartz_fired_triggers (sched_name, instance_name, requests_recovery);
create index nightshift_quartz_ix_ft_j_g
  on nightshift_quartz_fired_triggers (sched_name, job_name, job_group);
create index nightshift_quartz_ix_ft_jg
  on nightshift_quartz_fired_triggers (sched_name, job_group);
create index nightshift_quartz_ix_ft_t_g
  on nightshift_quartz_fired_triggers (sched_name, trigger_name, trigger_group);
create index nightshift_quartz_ix_ft_tg
  on nightshift_quartz_fired_triggers (sched_name, trigger_group);

insert into nightshift_quartz_locks (sched_name, lock_name) values ('nightshift', 'TRIGGER_ACCESS');
insert into nightshift_quartz_locks (sched_name, lock_name) values ('nightshift', 'STATE_ACCESS');
insert into nightshift_lock (name) values ('schedules');
