"""The pages and the API for browsers: a review of subtitles, and the service."""
