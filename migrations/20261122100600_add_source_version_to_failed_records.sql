-- Which version of the record failed: a poll that meets the same version again leaves it to the retries.
alter table failed_records add column source_version text;
