-- The values of secrets, sealed under a key each that the master key wraps. What is in the vault, the log says; a box it does not name counts for nothing.
create table secret_box (
    box_id     text primary key,
    workspace  text not null,
    name       text not null,
    wrapped    text not null,
    box        text not null,
    used_at    timestamptz
);

create index secret_box_workspace on secret_box (workspace);

grant insert, select, update, delete on secret_box to ${app_role};
