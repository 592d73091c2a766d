"""Databases on PostgreSQL: made from a template, and put back to what they were.

A database is 300 files, so making one for every test, and clearing all of them away at the
end, takes longer than most tests. What a test changed is found by comparing instead.
"""

import uuid
from os import environ

import psycopg

SERVER = environ.get("SOCIALMAP_TEST_POSTGRES", "")

PUT_ASIDE = """
CREATE SCHEMA aside;
CREATE FUNCTION aside.shape() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(concat_ws(' ', attrelid::regclass, attnum, attname, atttypid), ','
                          ORDER BY attrelid::regclass::text, attnum))
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
$$;
CREATE TABLE aside."the shape" AS SELECT aside.shape() AS shape;
CREATE TABLE aside."the sequences" AS
    SELECT sequencename AS name, last_value FROM pg_sequences WHERE schemaname = 'public';
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE aside.%1$I AS TABLE public.%1$I', name);
    END LOOP;
END $$;
"""

PUT_BACK = """
SET session_replication_role = replica;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; is_changed boolean; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format(
            'SELECT EXISTS (SELECT t::text FROM public.%1$I t EXCEPT ALL SELECT t::text FROM aside.%1$I t)'
            ' OR EXISTS (SELECT t::text FROM aside.%1$I t EXCEPT ALL SELECT t::text FROM public.%1$I t)',
            name) INTO is_changed;
        IF is_changed THEN
            EXECUTE format('DELETE FROM public.%I', name);
            EXECUTE format('INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE TABLE aside.%1$I', name);
        END IF;
    END LOOP;
END $$;
SELECT setval(format('public.%I', name)::regclass, coalesce(last_value, 1), last_value IS NOT NULL)
    FROM aside."the sequences";
"""  # noqa: E501


def make(template: str | None = None) -> str:
    """The address of a new database, empty or like another."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    # Copies the files, which is quicker than writing a log of them.
    like = f'TEMPLATE "{_name_in(template)}" STRATEGY FILE_COPY' if template else ""
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" {like}')
    return SERVER.replace("/postgres?", f"/{name}?").replace(
        "postgresql://", "postgresql+psycopg://"
    )


def remember(url: str) -> str:
    """Put aside what a database holds, to be put back after each test."""
    with _open(url) as database:
        database.execute(PUT_ASIDE)
    return url


def put_back(url: str) -> bool:
    """Make a database what it was; False where a test changed the tables themselves."""
    with _open(url) as database:
        same = database.execute('SELECT aside.shape() = shape FROM aside."the shape"').fetchone()
        if same != (True,):
            return False
        database.execute(PUT_BACK)
    return True


def _open(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)


def _name_in(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]
