-- Answers of POST requests with an Idempotency-Key may show a webhook address, which is a secret. They are sealed with the
-- tenant's data key from now on; those that were kept in clear go. They would be forgotten within a day anyway.
truncate idempotency_keys;
