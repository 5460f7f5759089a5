"""Evidence from answers: levels per competency, each with the candidate's own words."""
