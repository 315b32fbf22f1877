-- The ledger follows the order in which events were recorded. The ids cannot say it: those of a stage that may run twice are
-- drawn from what they are about, and those of one millisecond from chance. What follows from something else was recorded
-- after that was committed, so it has the larger number.
alter table custody_unsequenced add column place bigint generated always as identity;
create unique index custody_unsequenced_place on custody_unsequenced (place);
