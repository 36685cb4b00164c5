-- To keep an index for each row that comes takes five times as long as to make it of all rows. So a slot that is built anew is without most of
-- its indexes until its history is in it. Indexes of a partitioned table cannot be without one of their parts: each slot gets its own instead.

do $$
declare shared regclass;
begin
    for shared in select c.oid from pg_class c join pg_index i on i.indexrelid = c.oid
        where c.relkind = 'I' and c.relnamespace = 'query'::regnamespace and not i.indisprimary
    loop
        execute 'drop index ' || shared;
    end loop;
end $$;

-- The indexes that each slot must have before it is read.
create table query.view_index (
    name       text primary key,
    slot_table text not null,
    definition text not null
);
grant select on query.view_index to ${app_role};

-- Makes an index of both slots of a view. One that the view itself needs while it takes in events stays when a slot is built anew.
create function query.index_view(view text, name text, columns text, condition text default null, stays boolean default false) returns void
language plpgsql as $$
declare
    letter text;
    definition text;
begin
    foreach letter in array array ['a', 'b'] loop
        definition := format('create index if not exists %I on query.%I (%s)', view || '_' || letter || '_' || name, view || '_' || letter, columns)
            || coalesce(' where ' || condition, '');
        execute definition;
        if not stays then
            insert into query.view_index values (view || '_' || letter || '_' || name, view || '_' || letter, definition);
        end if;
    end loop;
end $$;
revoke execute on function query.index_view from public;

do $$ begin
    perform query.index_view('actions', 'newest', 'workspace, requested_at, id');
    perform query.index_view('actions', 'status', 'workspace, status, automatic, requested_at, id');
    perform query.index_view('actions', 'requester', 'workspace, requester, status, automatic, requested_at, id');
    perform query.index_view('actions', 'type', 'workspace, action_type, status, automatic, requested_at, id');
    perform query.index_view('actions', 'entry', 'workspace, entry, status, automatic, requested_at, id', 'entry is not null');
    perform query.index_view('actions', 'conversation', 'workspace, conversation_id, requested_at, id', 'conversation_id is not null');
    perform query.index_view('actions', 'captured', 'workspace, captured, requested_at, id', 'captured is not null');

    perform query.index_view('queue', 'deadline', 'workspace, deadline, requested_at, id', 'status in (''pending'', ''stale'')');
    perform query.index_view('queue', 'requester', 'workspace, requester, deadline, requested_at, id', 'status in (''pending'', ''stale'')');
    perform query.index_view('queue', 'type', 'workspace, action_type, deadline, requested_at, id', 'status in (''pending'', ''stale'')');
    perform query.index_view('queue', 'entry', 'workspace, entry, deadline, requested_at, id', 'status in (''pending'', ''stale'') and entry is not null');
    perform query.index_view('queue', 'conversation', 'workspace, conversation_id, deadline, requested_at, id',
        'status in (''pending'', ''stale'') and conversation_id is not null');

    perform query.index_view('audit', 'newest', 'workspace, id');
    perform query.index_view('audit', 'at', 'workspace, at, id');
    perform query.index_view('audit', 'actor', 'workspace, actor, id');
    perform query.index_view('audit', 'event', 'workspace, event, id');
    perform query.index_view('audit', 'family', 'workspace, family, id');
    perform query.index_view('audit', 'type', 'workspace, action_type, id', 'action_type is not null');
    perform query.index_view('audit', 'agent', 'workspace, agent, id', 'agent is not null');
    perform query.index_view('audit', 'target', 'workspace, target, id', 'target is not null');
    perform query.index_view('audit', 'name', 'workspace, name, id', 'name is not null');
    perform query.index_view('audit', 'request', 'workspace, request_id, id', 'request_id is not null');
    perform query.index_view('audit', 'subject', 'workspace, subject_id, id');
    perform query.index_view('audit', 'stream', 'subject_id, id', stays => true);

    perform query.index_view('insights', 'newest', 'workspace, requested_at');
    perform query.index_view('insights', 'violations', 'workspace, requester, requested_at', 'violations > 0');
end $$;

-- What the service may do itself while it builds a slot; never to one that is read.
create function query.drop_view_indexes(slot_table text) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare index_name text;
begin
    if exists (select from query.projection p where p.name || '_' || p.live_slot = drop_view_indexes.slot_table) then
        raise insufficient_privilege using message = 'The indexes of a slot that is read stay';
    end if;
    for index_name in select v.name from query.view_index v where v.slot_table = drop_view_indexes.slot_table loop
        execute format('drop index if exists query.%I', index_name);
    end loop;
end $$;

create function query.make_view_index(index_name text) returns void
language plpgsql security definer set search_path = pg_catalog set maintenance_work_mem = '128MB' as $$
begin
    execute (select v.definition from query.view_index v where v.name = make_view_index.index_name);
end $$;

-- What the planner knows of a slot that was just built.
create function query.measure_view(slot_table text) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    execute (select format('analyze query.%I', p.name || '_' || s.slot) from query.projection p
        join query.projection_slot s on s.name = p.name where p.name || '_' || s.slot = measure_view.slot_table);
end $$;

revoke execute on function query.drop_view_indexes, query.make_view_index, query.measure_view from public;
grant execute on function query.drop_view_indexes, query.make_view_index, query.measure_view to ${app_role};
