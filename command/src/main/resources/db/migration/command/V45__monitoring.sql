-- How far agents have come with forbidden sequences decides nothing for other nodes to know at once, and there is much of it.
drop index command.domain_event_entry_configuration;
create index domain_event_entry_configuration on command.domain_event_entry (global_index)
    where type not in ('Action', 'BudgetWindow', 'Access', 'Watch');
