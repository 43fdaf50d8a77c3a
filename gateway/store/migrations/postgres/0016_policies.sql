-- Sets of policies, each once, by the digest of its texts; and what two people have put in force. Neither is changed or
-- taken out: what evidence names by its version can be read for as long as the evidence.
create table policy_sets (
    version text primary key,
    texts text not null,
    kept_at bigint not null
);

create table policy_proposals (
    number bigint primary key,
    version text not null references policy_sets (version),
    base text not null references policy_sets (version),
    reason text not null,
    changes text not null,
    proposed_by text not null,
    proposed_at bigint not null,
    outcome text,
    decided_by text,
    decided_at bigint
);

-- What was in force one after the other, the last of them now. Of two who put something in force at once one finds its
-- number taken.
create table policy_changes (
    seq bigint primary key,
    version text not null references policy_sets (version),
    proposal bigint references policy_proposals (number),
    put_by text not null,
    put_at bigint not null
);

create function policies_stay() returns trigger language plpgsql as $$
begin
    raise exception 'a set of policies, and what was in force, is never changed or taken out';
end;
$$;

create trigger policy_set_stays before update or delete on policy_sets for each row
execute function policies_stay();

create trigger policy_change_stays before update or delete on policy_changes for each row
execute function policies_stay();
