"""Recordings and what becomes of them: uploads, processing, transcripts, captions."""
