-- The Merkle tree over the log, its signed checkpoints and their keys. None of it is a view: it is only ever added to, because to build it
-- anew from a log that was tampered with would bless the tampering.

-- One leaf for each event, in the order of the log, and its place among those of its workspace.
create table proof_leaf (
    global_index bigint primary key,
    workspace    text   not null,
    number       bigint not null,
    hash         bytea  not null check (octet_length(hash) = 32),
    unique (workspace, number)
);

-- Roots of complete subtrees of 256, 65,536, ... leaves: level 1, 2, ...
create table proof_node (
    level    integer not null,
    position bigint  not null,
    hash     bytea   not null check (octet_length(hash) = 32),
    primary key (level, position)
);

-- Signed statements about the first `size` events.
create table proof_checkpoint (
    size bigint primary key,
    note text   not null
);

-- Where else a checkpoint was written down.
create table proof_anchor (
    size bigint not null references proof_checkpoint,
    kind text   not null,
    at   bigint not null,
    primary key (size, kind)
);

-- Ed25519 keys that sign checkpoints. The private part lies under the master key and is destroyed when the key has retired.
create table proof_key (
    id          text   primary key,
    origin      text   not null,
    public_key  bytea  not null check (octet_length(public_key) = 32),
    private_key text,
    created_at  bigint not null,
    retires_at  bigint
);

grant select, insert on proof_leaf, proof_node, proof_checkpoint, proof_anchor, proof_key to ${app_role};
grant update (private_key, retires_at) on proof_key to ${app_role};
