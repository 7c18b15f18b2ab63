-- The models of the catalogue as they were planned from the headers that a hub sent, so that they are shown without
-- asking again.

CREATE TABLE recommendations (
    repo TEXT PRIMARY KEY,
    facts TEXT NOT NULL                     -- Recommendation as JSON
);
