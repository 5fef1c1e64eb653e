"""The store on SQLite and PostgreSQL: SQLModel tables, SQLAlchemy Core statements, Alembic migrations."""
