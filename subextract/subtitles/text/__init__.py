"""How each format of text tracks and closed captions is coded."""
