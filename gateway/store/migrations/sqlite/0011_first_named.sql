-- Since when a system names as responsible whom it names: of two that call a case their own, the first keeps it. Of what
-- is known already the last time it was told stands in, for nobody wrote down the first.
alter table case_index add column named_at integer not null default 0;
update case_index set named_at = seen_at;
