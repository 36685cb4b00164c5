-- For each change of rows at a data source: the transaction, and the rows before and after, sealed under the action's key.
create table row_change (
    action_id text        primary key,
    key_id    text        not null,
    box       text        not null,
    at        timestamptz not null default now()
);

grant select, insert, update on row_change to ${app_role};
