"""What a recording is, and the files made from it: playback, speech audio, still picture, waveform."""
