-- Views, kept from the log and built anew at will. Each has two slots: one is read, the other is where a new one is built.
-- Times are microseconds since 1970. Nothing that people or agents wrote stands here, only what the events carry in clear.

create table projection (
    name                text primary key,
    live_slot           text not null check (live_slot in ('a', 'b')),
    rebuild_phase       text,
    rebuild_started_at  timestamptz,
    rebuild_finished_at timestamptz,
    rebuild_identical   boolean,
    rebuild_message     text
);

-- The index of the last event taken in; moves in the transaction of the rows themselves.
create table projection_slot (
    name     text   not null references projection,
    slot     text   not null check (slot in ('a', 'b')),
    position bigint not null default -1,
    primary key (name, slot)
);

-- Events a projection failed on, and all later ones of the same stream.
create table parked_event (
    name      text        not null,
    slot      text        not null,
    position  bigint      not null,
    subject   text        not null,
    event     text        not null,
    cause     text        not null,
    parked_at timestamptz not null,
    primary key (name, slot, position),
    foreign key (name, slot) references projection_slot
);

-- Status is null between the request and the verdict, which stand in one append but may be taken in by two batches.
create table actions (
    slot            text             not null,
    id              text collate "C" not null,
    workspace       text             not null,
    requester       text             not null,
    action_type     text             not null,
    conversation_id text,
    status          text,
    automatic       boolean          not null,
    captured        boolean,
    requested_at    bigint           not null,
    last_index      bigint           not null,
    primary key (slot, id)
) partition by list (slot);
create table actions_a partition of actions (slot default 'a') for values in ('a') with (fillfactor = 80);
create table actions_b partition of actions (slot default 'b') for values in ('b') with (fillfactor = 80);
create index on actions (workspace, requested_at, id);
create index on actions (workspace, status, automatic, requested_at, id);
create index on actions (workspace, requester, status, automatic, requested_at, id);
create index on actions (workspace, action_type, status, automatic, requested_at, id);
create index on actions (workspace, conversation_id, requested_at, id) where conversation_id is not null;
create index on actions (workspace, captured, requested_at, id) where captured is not null;

-- Actions that wait for a person, or may yet come back to one.
create table queue (
    slot            text             not null,
    id              text collate "C" not null,
    workspace       text             not null,
    requester       text             not null,
    action_type     text             not null,
    conversation_id text,
    status          text,
    deadline        bigint           not null,
    requested_at    bigint           not null,
    last_index      bigint           not null,
    primary key (slot, id)
) partition by list (slot);
create table queue_a partition of queue (slot default 'a') for values in ('a');
create table queue_b partition of queue (slot default 'b') for values in ('b');
create index on queue (workspace, deadline, requested_at, id) where status in ('pending', 'stale');
create index on queue (workspace, requester, deadline, requested_at, id) where status in ('pending', 'stale');
create index on queue (workspace, action_type, deadline, requested_at, id) where status in ('pending', 'stale');
create index on queue (workspace, conversation_id, deadline, requested_at, id)
    where status in ('pending', 'stale') and conversation_id is not null;

-- One row for each event of the log; the id is its index.
create table audit (
    slot        text   not null,
    id          bigint not null,
    event_id    text   not null,
    at          bigint not null,
    event       text   not null,
    family      text   not null,
    actor       text,
    workspace   text   not null,
    subject_id  text collate "C" not null,
    action_type text,
    status      text,
    origin      text,
    request_id  text,
    primary key (slot, id)
) partition by list (slot);
create table audit_a partition of audit (slot default 'a') for values in ('a');
create table audit_b partition of audit (slot default 'b') for values in ('b');
create index on audit (workspace, id);
create index on audit (workspace, at, id);
create index on audit (workspace, actor, id);
create index on audit (workspace, event, id);
create index on audit (workspace, family, id);
create index on audit (workspace, action_type, id) where action_type is not null;
create index on audit (subject_id, id);

insert into projection (name, live_slot) values ('actions', 'a'), ('queue', 'a'), ('audit', 'a');
insert into projection_slot (name, slot) select name, slot from projection, unnest(array ['a', 'b']) slot;

grant select, update on projection, projection_slot to ${app_role};
grant select, insert, update, delete on parked_event to ${app_role};
grant select, insert, update, delete, truncate on actions, actions_a, actions_b, queue, queue_a, queue_b, audit, audit_a, audit_b
    to ${app_role};
