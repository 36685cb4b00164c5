-- The name in clear of what an event is about: an entry, a secret, a switch, a policy, a data source, a rule of monitoring, a budget.
alter table query.audit add column name text;
create index on query.audit (workspace, name, id) where name is not null;

-- The policies that found something in an action, one a line: the highest severity of that and the name, with a colon between them.
alter table query.insights add column found text;

-- Old rows do not have them, and a view that is built anew must equal the one that serves: both views take in their history again.
truncate query.audit_a, query.audit_b, query.insights_a, query.insights_b;
delete from query.parked_event where name in ('audit', 'insights');
update query.projection_slot set position = -1 where name in ('audit', 'insights');
delete from command.token_entry where processor_name in ('audit-a', 'audit-b', 'insights-a', 'insights-b');
