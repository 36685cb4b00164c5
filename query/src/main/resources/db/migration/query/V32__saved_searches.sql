-- Searches that people keep for themselves. No view: nothing in the log knows of them, and they go when their owner is erased.
create table query.saved_search (
    principal_id text not null,
    name         text not null check (length(name) between 1 and 60),
    address      text not null check (length(address) <= 2000),
    primary key (principal_id, name)
);
grant select, insert, update, delete on query.saved_search to ${app_role};
