-- Actions whose archived events are stubs by now. Kept by the role that owns the log, in the transaction that puts the stubs.
create table command.archived_action (
    action_id text primary key
);
grant select on command.archived_action to ${app_role};

create index domain_event_entry_archived on command.domain_event_entry (global_index) where payload_type = 'action.content_archived';
