"""Which settings are not for a job to say, and why."""

_SERVER = "whoever runs the service sets it at its start"

DECIDED = {
    "output": "results are had from the service",
    "mux": "the service makes no copies of videos",
    "review": "every job can be reviewed",
    "overwrite": "each job has its own results",
    "resume": "what was stopped is always gone on with",
}
"""Settings that the service decides itself."""
SERVERS = {
    name: _SERVER
    for name in (
        *("model", "models", "revision", "profile", "device", "dtype", "min_pixels", "server_url", "requests"),
        *("translator_model", "translator_url", "glossary", "replace", "ignore"),
        *("hwaccel", "jobs", "processes", "threads"),
    )
}
"""Settings that name files, models or servers, or how much of the machine is used: not for clients to say."""
