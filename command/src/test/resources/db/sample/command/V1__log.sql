create table log (id int primary key);
grant insert, select on log to ${app_role};
