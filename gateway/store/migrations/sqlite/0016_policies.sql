-- Sets of policies, each once, by the digest of its texts; and what two people have put in force. Neither is changed or
-- taken out: what evidence names by its version can be read for as long as the evidence.
create table policy_sets (
    version text primary key,
    texts text not null,
    kept_at integer not null
) strict;

create trigger policy_set_stays before update on policy_sets
begin
    select raise(abort, 'a set of policies is never changed');
end;

create trigger policy_set_remains before delete on policy_sets
begin
    select raise(abort, 'a set of policies is never taken out');
end;

create table policy_proposals (
    number integer primary key,
    version text not null references policy_sets (version),
    base text not null references policy_sets (version),
    reason text not null,
    changes text not null,
    proposed_by text not null,
    proposed_at integer not null,
    outcome text,
    decided_by text,
    decided_at integer
) strict;

-- What was in force one after the other, the last of them now. Of two who put something in force at once one finds its
-- number taken.
create table policy_changes (
    seq integer primary key,
    version text not null references policy_sets (version),
    proposal integer references policy_proposals (number),
    put_by text not null,
    put_at integer not null
) strict;

create trigger policy_change_stays before update on policy_changes
begin
    select raise(abort, 'what was in force stays written');
end;

create trigger policy_change_remains before delete on policy_changes
begin
    select raise(abort, 'what was in force stays written');
end;
