-- What is still to be done with each unfinished action: a view of the events that can be thrown away and built again.
create table work (
    action_id        text primary key,
    workspace        text,
    action_type      text,
    execution_class  text,
    status           text        not null,
    started          boolean     not null,
    attempt          int         not null,
    rollback_attempt int         not null,
    due_at           timestamptz,
    look_at          timestamptz,
    looks            int         not null default 0
);

create index work_look_at on work (look_at) where look_at is not null;

-- The task queue of db-scheduler; its columns are that library's.
create table scheduled_tasks (
    task_name            text        not null,
    task_instance        text        not null,
    task_data            bytea,
    execution_time       timestamptz not null,
    picked               boolean     not null,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures int,
    last_heartbeat       timestamptz,
    version              bigint      not null,
    priority             smallint,
    primary key (task_name, task_instance)
);

create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat) where picked;

grant select, insert, update, delete, truncate on work to ${app_role};
grant select, insert, update, delete on scheduled_tasks to ${app_role};
