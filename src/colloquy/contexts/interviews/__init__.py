"""What is asked of candidates, by which rules, judged by which competencies, and who is let in."""
