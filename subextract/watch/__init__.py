"""How folders are watched, and every video that lands in them gets its subtitles beside it."""
