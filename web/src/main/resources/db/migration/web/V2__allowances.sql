-- How much of a limit is used up, shared by all nodes. Unlogged: a crash of the database gives every limit back, and no write waits for the disk.
create unlogged table allowance (
    subject varchar(100) not null primary key,
    used    int          not null,
    ends_at timestamptz  not null
);
create index allowance_ends_at on allowance (ends_at);

grant select, insert, update, delete on allowance to ${app_role};
