-- The owner of the schema makes tenants and their first people, and seals their keys anew. Forced row-level security
-- holds for owners too (superusers aside), so he is given what he needs by name, and nothing else of the tenants' data.
create policy administer on tenants to current_user using (true) with check (true);
create policy administer on users to current_user using (true) with check (true);
create policy administer on memberships to current_user using (true) with check (true);
create policy administer on api_tokens to current_user using (true) with check (true);
