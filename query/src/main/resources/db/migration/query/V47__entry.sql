-- The entry of the catalogue an action was asked for through; null for the type itself, and for what was taken in before until the view is built anew.
alter table query.actions add column entry text;
alter table query.queue add column entry text;
create index on query.actions (workspace, entry, status, automatic, requested_at, id) where entry is not null;
create index on query.queue (workspace, entry, deadline, requested_at, id) where status in ('pending', 'stale') and entry is not null;
