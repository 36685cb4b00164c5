-- Rows as they were go once a change is too old to be undone.
create index row_change_at on row_change (at);
grant delete on row_change to ${app_role};
