"""Conversations with an interviewer: asked, listened to, followed up, streamed."""
