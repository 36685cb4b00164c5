-- The entry of the catalogue an action was asked for through; null for the type itself.
alter table query.actions add column entry text;
alter table query.queue add column entry text;
create index on query.actions (workspace, entry, status, automatic, requested_at, id) where entry is not null;
create index on query.queue (workspace, entry, deadline, requested_at, id) where status in ('pending', 'stale') and entry is not null;

-- Old rows do not have it, and a view that is built anew must equal the one that serves: both views take in their history again.
truncate query.actions_a, query.actions_b, query.queue_a, query.queue_b;
delete from query.parked_event where name in ('actions', 'queue');
update query.projection_slot set position = -1 where name in ('actions', 'queue');
delete from command.token_entry where processor_name in ('actions-a', 'actions-b', 'queue-a', 'queue-b');
