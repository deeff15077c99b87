"""Arrays of audio, sound files in and out, and test signals."""
