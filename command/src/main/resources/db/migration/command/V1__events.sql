-- The event log. The application role may add and read; nobody changes or removes.
create table domain_event_entry (
    global_index         bigint primary key,
    event_identifier     text   not null unique,
    aggregate_identifier text   not null,
    sequence_number      bigint not null,
    type                 text   not null,
    time_stamp           text   not null,
    payload_type         text   not null,
    payload_revision     text,
    payload              text   not null,
    meta_data            text   not null,
    unique (aggregate_identifier, sequence_number)
);

-- Everything but actions and budgets is configuration: few rows, read whole when a node starts or the epoch moves.
create index domain_event_entry_configuration on domain_event_entry (global_index) where type not in ('Action', 'BudgetWindow');

-- Axon expects this table; our streams are short and keep no snapshots.
create table snapshot_event_entry (
    event_identifier     text   not null unique,
    aggregate_identifier text   not null,
    sequence_number      bigint not null,
    type                 text   not null,
    time_stamp           text   not null,
    payload_type         text   not null,
    payload_revision     text,
    payload              text   not null,
    meta_data            text,
    primary key (aggregate_identifier, sequence_number)
);

-- One key for each action and each principal, wrapped by the master key. Destroying the row erases what it sealed.
create table data_key (
    key_id     text   primary key,
    master_id  text   not null,
    wrapped    text   not null
);

-- The place of the newest configuration event: every node compares its copy with it.
create table epoch (
    name     text   primary key,
    position bigint not null
);

create table token_entry (
    processor_name text    not null,
    segment        integer not null,
    token          bytea,
    token_type     text,
    timestamp      text,
    owner          text,
    primary key (processor_name, segment)
);

grant insert, select on domain_event_entry, snapshot_event_entry, data_key to ${app_role};
grant insert, select, update on epoch to ${app_role};
grant insert, select, update, delete on token_entry to ${app_role};
