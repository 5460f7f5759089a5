"""What OpenAI, Anthropic and Google really send, as JSON: answers that are not streamed, refusals, errors."""

from __future__ import annotations

import json
import math
from typing import Any

Reply = tuple[int, dict[str, str], Any]


def vendor_of(path: str) -> str:
    """Whose protocol a request speaks, by its path."""
    if "/messages" in path:
        return "anthropic"
    return "google" if "generateContent" in path else "openai"


def key_of(headers: dict[str, str]) -> str | None:
    """The key that came along."""
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    return headers.get("x-api-key") or headers.get("x-goog-api-key") or bearer or None


def wants_tool(body: dict[str, Any]) -> bool:
    """Whether the answer is wanted as a call of a tool."""
    return bool(body.get("tools"))


def prompt_of(body: dict[str, Any]) -> str:
    """What the user said."""
    if "contents" in body:
        return "".join(part.get("text", "") for content in body["contents"] for part in content["parts"])
    said = [message["content"] for message in body["messages"] if message["role"] == "user"]
    return "".join(one if isinstance(one, str) else "".join(part.get("text", "") for part in one) for one in said)


def answer(vendor: str, text: str, *, tool: bool, ends: str = "stop") -> Any:
    """A whole answer. `ends`: stop, length, refusal or filter. A tool call's `text` must be JSON for Anthropic and
    Google, who send members and no text."""
    return {"openai": _openai, "anthropic": _anthropic, "google": _google}[vendor](text, tool=tool, ends=ends)


def _openai(text: str, *, tool: bool, ends: str) -> Any:
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    finish = {"stop": "stop", "length": "length", "refusal": "stop", "filter": "content_filter"}[ends]
    if ends == "refusal":
        message |= {"content": None, "refusal": "I'm sorry, I can't assist with that."}
    elif tool and ends == "stop":
        call = {"id": "call_1", "type": "function", "function": {"name": "answer", "arguments": text}}
        message |= {"content": None, "tool_calls": [call]}
        finish = "tool_calls"
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1790000000,
        "model": "m-2026",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150},
    }


def _anthropic(text: str, *, tool: bool, ends: str) -> Any:
    block: dict[str, Any] = {"type": "text", "text": text}
    if tool and ends == "stop":
        block = {"type": "tool_use", "id": "toolu_1", "name": "answer", "input": json.loads(text)}
    stop = {"stop": "tool_use" if tool else "end_turn", "length": "max_tokens", "refusal": "refusal"}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m-2026",
        "content": [] if ends in {"refusal", "filter"} else [block],
        "stop_reason": stop.get(ends, "refusal"),
        "stop_sequence": None,
        "usage": {"input_tokens": 120, "output_tokens": 30},
    }


def _google(text: str, *, tool: bool, ends: str) -> Any:
    usage = {"promptTokenCount": 120, "candidatesTokenCount": 30, "totalTokenCount": 150}
    if ends == "filter":
        return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": usage, "modelVersion": "m"}
    finish = {"stop": "STOP", "length": "MAX_TOKENS", "refusal": "SAFETY"}[ends]
    candidate: dict[str, Any] = {"finishReason": finish, "index": 0}
    if ends == "refusal":
        rating = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH", "blocked": True}
        candidate["safetyRatings"] = [rating]
    else:
        part = {"functionCall": {"name": "answer", "args": json.loads(text)}} if tool and ends == "stop" else None
        candidate["content"] = {"parts": [part or {"text": text}], "role": "model"}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": "r"}


def error(vendor: str, status: int, *, wait: str | None = None, echo: str = "") -> Reply:
    """The vendor's own error for a status. `wait`: the seconds it asks for, said in the way it says them. `echo` is
    put into the message, as vendors do with keys and inputs."""
    headers = {"x-request-id": "req_1"}
    if vendor == "google":
        return status, headers, _google_error(status, wait, echo)
    if wait is not None:
        headers["retry-after"] = str(math.ceil(float(wait)))
        headers["x-should-retry"] = "true"
        if vendor == "openai":
            headers["retry-after-ms"] = str(int(float(wait) * 1000))
    if vendor == "anthropic":
        kind = _ANTHROPIC_KINDS.get(status, "api_error")
        body = {"type": "error", "error": {"type": kind, "message": f"{kind}: {echo}"}, "request_id": "req_1"}
        return status, headers, body
    kind, code = _OPENAI_KINDS.get(status, ("server_error", None))
    return status, headers, {"error": {"message": f"Error. {echo}", "type": kind, "param": None, "code": code}}


_ANTHROPIC_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}
_OPENAI_KINDS: dict[int, tuple[str, str | None]] = {
    400: ("invalid_request_error", None),
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("invalid_request_error", "unsupported_country_region_territory"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
    503: ("server_error", "server_is_overloaded"),
}
_GOOGLE_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


def _google_error(status: int, wait: str | None, echo: str) -> Any:
    details: list[dict[str, Any]] = []
    if status == 401:  # a wrong key is a wrong argument there
        status = 400
        domain = "googleapis.com"
        reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": domain}
        details.append(reason)
    if wait is not None:
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{wait}s"})
    known = _GOOGLE_STATUSES.get(status, "UNKNOWN")
    return {"error": {"code": status, "message": f"Error. {echo}", "status": known, "details": details}}


def quota(vendor: str) -> Reply:
    """The vendor's way of saying that the account is empty."""
    match vendor:
        case "anthropic":
            text = "Your credit balance is too low to access the Anthropic API."
            return 400, {}, {"type": "error", "error": {"type": "invalid_request_error", "message": text}}
        case "google":
            body = _google_error(429, None, "You exceeded your current quota")
            violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}
            failure = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}
            body["error"]["details"].append(failure)
            return 429, {}, body
        case _:
            text = "You exceeded your current quota, please check your plan and billing details."
            error = {"message": text, "type": "insufficient_quota", "param": None, "code": "insufficient_quota"}
            return 429, {}, {"error": error}
