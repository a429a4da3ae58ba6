"""How the job table is laid out, and the statements that must do all they do in one step."""

VERSION = 3

_JOBS = """
CREATE TABLE {name} (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    video BLOB NOT NULL UNIQUE,
    folder BLOB NOT NULL,
    size INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'skipped', 'gone', 'cancelled')),
    due REAL NOT NULL,
    token INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    strikes INTEGER NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0,
    duration INTEGER,
    reason TEXT,
    cues INTEGER,
    language TEXT,
    seconds REAL,
    updated REAL NOT NULL,
    tell REAL,
    title TEXT,
    options TEXT,
    key TEXT,
    digest TEXT
);
"""
_INDEXES = """
CREATE INDEX open_jobs ON jobs (folder, due) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_by_state ON jobs (state, id);
CREATE INDEX untold_jobs ON jobs (folder, tell) WHERE tell IS NOT NULL;
CREATE INDEX asked_jobs ON jobs (folder, id) WHERE options IS NOT NULL;
CREATE UNIQUE INDEX jobs_by_key ON jobs (folder, key) WHERE key IS NOT NULL;
CREATE INDEX jobs_by_digest ON jobs (folder, digest) WHERE digest IS NOT NULL;
"""
SCHEMA = (
    _JOBS.format(name="jobs")
    + _INDEXES
    + """
CREATE TABLE results (
    path BLOB NOT NULL,
    digest TEXT NOT NULL,
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (path, digest)
) WITHOUT ROWID;
CREATE INDEX results_by_job ON results (job);
CREATE TABLE switches (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO switches VALUES ('paused', 0), ('generation', 0);
"""
)

_KNOWN_IN_2 = """
    id, video, folder, size, changed, state, due, token, attempts, strikes, deaths, position, duration, reason, cues,
    language, seconds, updated, tell
"""
MIGRATIONS = {
    # A table whose CHECK changes must be made anew (sqlite.org/lang_altertable.html, section 7). What was the highest
    # number stays so: numbers are not used again.
    2: _JOBS.format(name="new_jobs")
    + f"""
INSERT INTO new_jobs ({_KNOWN_IN_2}) SELECT {_KNOWN_IN_2} FROM jobs;
DELETE FROM sqlite_sequence WHERE name = 'new_jobs';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_jobs', seq FROM sqlite_sequence WHERE name = 'jobs';
DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;
"""
    + _INDEXES,
}
"""The statements that make the next version of each former one, with foreign keys not looked after."""

# Not one INSERT with ON CONFLICT, which would use up a number for each video that is known.
ADD = """
INSERT INTO jobs (video, folder, size, changed, state, reason, due, updated)
SELECT :video, :folder, :size, :changed, :state, :reason, 0, :now
WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE video = :video)
"""

REPLACE = """
UPDATE jobs SET
    folder = :folder, size = :size, changed = :changed, state = 'queued', reason = NULL, due = 0, updated = :now,
    token = token + 1, attempts = 0, strikes = 0, deaths = 0, position = 0, duration = NULL, cues = NULL,
    language = NULL, seconds = NULL, tell = NULL
WHERE video = :video AND (state = 'gone' OR (size, changed) IS NOT (:size, :changed))
"""

# Two ranges of one index, each in order, instead of an OR that would sort all claimable jobs. One that is still running
# has lost its daemon, which is no strike: power cuts come without any fault of the video.
CLAIM = """
UPDATE jobs SET state = 'running', token = token + 1, attempts = attempts + 1, due = :until, updated = :now,
    strikes = strikes + (state = 'queued'), deaths = deaths + (state = 'running')
WHERE NOT (SELECT value FROM switches WHERE name = 'paused') AND id = (
    SELECT * FROM (
        SELECT id FROM jobs WHERE state IN ('queued', 'running') AND folder = :folder AND due <= :now
        ORDER BY due LIMIT 1
    ) UNION ALL SELECT * FROM (
        SELECT id FROM jobs WHERE state IN ('queued', 'running') AND folder = :folder AND due > :farthest
        ORDER BY due LIMIT 1
    ) LIMIT 1)
RETURNING *
"""

CLAIM_TELLING = """
UPDATE jobs SET tell = :until
WHERE id = (SELECT id FROM jobs WHERE folder = :folder AND tell <= :now ORDER BY tell LIMIT 1)
RETURNING *
"""

# Of a job that somebody asked for by itself; its video is no one's else.
ASK = """
INSERT INTO jobs (video, folder, size, changed, state, due, updated, title, options, key, digest)
VALUES (:video, :folder, :size, :changed, 'queued', 0, :now, :title, :options, :key, :digest)
RETURNING *
"""

# Who holds it holds an old token then, and can neither publish nor settle.
CANCEL = """
UPDATE jobs SET state = 'cancelled', token = token + 1, reason = NULL, updated = :now
WHERE id = :id AND state IN ('queued', 'running')
"""
