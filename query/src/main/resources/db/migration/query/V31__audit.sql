-- Whether what was written about an action is gone.
alter table query.actions add column erased boolean not null default false;

-- Whom an event concerns besides its aggregate, where its actor called from (sealed), and the agent whose action it is about.
alter table query.audit add column target text;
alter table query.audit add column agent text;
alter table query.audit add column address text;
create index on query.audit (workspace, agent, id) where agent is not null;
create index on query.audit (workspace, subject_id, id);
create index on query.audit (workspace, target, id) where target is not null;
create index on query.audit (workspace, request_id, id) where request_id is not null;

-- What is counted of each action. Times are microseconds since 1970; asked_at is when a person was asked.
create table query.insights (
    slot         text             not null,
    id           text collate "C" not null,
    workspace    text             not null,
    requester    text             not null,
    action_type  text             not null,
    requested_at bigint           not null,
    outcome      text,
    policy       text,
    rule         text,
    severity     text,
    violations   integer,
    risk         double precision,
    asked_at     bigint,
    decision     text,
    decider      text,
    decided_at   bigint,
    started_at   bigint,
    ended_at     bigint,
    status       text,
    last_index   bigint           not null,
    primary key (slot, id)
) partition by list (slot);
create table query.insights_a partition of query.insights (slot default 'a') for values in ('a') with (fillfactor = 80);
create table query.insights_b partition of query.insights (slot default 'b') for values in ('b') with (fillfactor = 80);
create index on query.insights (workspace, requested_at);
create index on query.insights (workspace, requester, requested_at) where violations > 0;
insert into query.projection (name, live_slot) values ('insights', 'a');
insert into query.projection_slot (name, slot) values ('insights', 'a'), ('insights', 'b');
grant select, insert, update, delete, truncate on query.insights, query.insights_a, query.insights_b to ${app_role};
