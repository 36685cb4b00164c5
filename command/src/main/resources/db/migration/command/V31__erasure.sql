-- Destroys data keys. The application may do it only for an action or a principal whose own stream says, in the same transaction at the latest,
-- that it was erased: whoever holds the application's password cannot erase without leaving a trace.
create function command.destroy_data_keys(ids text[]) returns void
    language sql security definer set search_path = pg_catalog, pg_temp
    as $$
        delete from command.data_key k where k.key_id = any (ids) and exists (
            select from command.domain_event_entry e where e.aggregate_identifier = k.key_id
                and e.payload_type in ('action.content_erased', 'principal.erased'))
    $$;
revoke all on function command.destroy_data_keys(text[]) from public;
grant execute on function command.destroy_data_keys(text[]) to ${app_role};

-- A destroyed key leaves the table's file within a minute or so, not when enough others have gone.
alter table command.data_key set (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- What was noted of access decides nothing, and there is much of it.
drop index command.domain_event_entry_configuration;
create index domain_event_entry_configuration on command.domain_event_entry (global_index)
    where type not in ('Action', 'BudgetWindow', 'Access');
