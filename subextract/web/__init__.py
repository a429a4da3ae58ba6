"""What a browser is served: the page on which a person looks at subtitles and mends them."""
