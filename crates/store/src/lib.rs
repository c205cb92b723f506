//! The server's database: SQL, migrations, one file per entity.
