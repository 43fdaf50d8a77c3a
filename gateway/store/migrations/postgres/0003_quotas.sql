-- What was used of the quotas of a day, by officer and, under the officer '', by the organism as a whole. Forgotten
-- when the day is over. A person or case is a digest under a key that the database does not have.
create table quota_use (
    day text not null,
    organism text not null,
    officer text not null,
    requests bigint not null,
    persons bigint not null,
    out_of_hours bigint not null,
    exceptional bigint not null,
    primary key (day, organism, officer)
);

create table quota_persons (
    day text not null,
    organism text not null,
    officer text not null,
    person bytea not null,
    primary key (day, organism, officer, person)
);
