create table view_of_log (id int primary key);
grant insert, select, update, delete on view_of_log to ${app_role};
