"""The audit log as people read it: a page, exports, and the check that nobody changed the past."""
