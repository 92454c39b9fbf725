-- Two roles for a database that nobody can rewrite through the site: one owns the tables and migrates, one works.
-- Run as a superuser on the database of the installation after its first start:  psql -d zhiheng -f deploy/postgresql.sql
-- The site then starts with the working role; a new version is migrated beforehand with the owner's DATABASE_URL
-- (`zhiheng serve` and `zhiheng set_up` migrate, and with nothing to migrate they need no rights to).
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'zhiheng_site') THEN
    CREATE ROLE zhiheng_site LOGIN;  -- give it a password of its own
  END IF;
END $$;
GRANT USAGE ON SCHEMA public TO zhiheng_site;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO zhiheng_site;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO zhiheng_site;
-- Tables that a later version brings: whoever owns these will own them too.
DO $$ DECLARE owner name := (SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'audit_entry'); BEGIN
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO zhiheng_site', owner);
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO zhiheng_site', owner);
END $$;
-- What is only ever added to: not even with a statement of its own can the working role change or empty it.
REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON audit_entry FROM zhiheng_site;
REVOKE UPDATE, DELETE, TRUNCATE ON proceedings_steptaken, proceedings_opinion FROM zhiheng_site;
REVOKE UPDATE, DELETE, TRUNCATE ON figures_frozenfigure, figures_frozenrecords FROM zhiheng_site;
