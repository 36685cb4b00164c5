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
