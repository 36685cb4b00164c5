create table log (id bigint primary key, nothing nonsense);
