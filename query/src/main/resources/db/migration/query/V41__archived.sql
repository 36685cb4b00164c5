-- Whether what was written about an action was moved to an archive.
alter table query.actions add column archived boolean not null default false;
