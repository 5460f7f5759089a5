"""A plan as it is stored beside its conversation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from colloquy.contexts.conversations.policy.interviewer import Plan
from colloquy.contexts.interviews.public import Topic


def to_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON."""
    return {
        "interview_title": plan.interview_title,
        "company": plan.company,
        "candidate_name": plan.candidate_name,
        "language": plan.language,
        "topics": [{"id": str(topic.id), "text": topic.text, "points": list(topic.points)} for topic in plan.topics],
        "follow_ups": plan.follow_ups,
        "seconds": plan.seconds,
    }


def from_json(document: dict[str, Any]) -> Plan:
    """The plan again."""
    return Plan(
        interview_title=document["interview_title"],
        company=document["company"],
        candidate_name=document["candidate_name"],
        language=document["language"],
        topics=tuple(Topic(UUID(topic["id"]), topic["text"], tuple(topic["points"])) for topic in document["topics"]),
        follow_ups=document["follow_ups"],
        seconds=document["seconds"],
    )
