-- How often each expert of a mixture was called, older calls counting less. Keyed by the fingerprint of the model's
-- file: a file with another content has none of it. Times are milliseconds since 1970 UTC.

CREATE TABLE expert_heat (
    file TEXT PRIMARY KEY,
    calls BLOB NOT NULL,                    -- ExpertHeat::toBytes()
    updated INTEGER NOT NULL
);
