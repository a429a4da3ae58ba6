"""The service for whoever wants the subtitles of a video over HTTP: jobs, what becomes of them, and their pages."""
