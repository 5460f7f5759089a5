"""What the media context declines, and how it says so."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, Refusal


class RecordingNotFound(NotFound):
    """No such recording, or not yours."""

    code = "recording_not_found"


class UploadNotFound(NotFound):
    """No upload has this address."""

    code = "upload_not_found"


class UploadExpired(Refusal):
    """The time to finish the upload is over."""

    status = 410
    code = "upload_expired"


class UploadFinished(Refusal):
    """All bytes are here already."""

    status = 409
    code = "upload_finished"


class WrongUploadRequest(Refusal):
    """The request does not follow tus 1.0."""

    status = 400
    code = "wrong_upload_request"


class WrongUploadType(Refusal):
    """PATCH carries `application/offset+octet-stream`, nothing else."""

    status = 415
    code = "wrong_upload_type"


class UnknownTusVersion(Refusal):
    """Another version of the protocol than 1.0.0."""

    status = 412
    code = "unknown_tus_version"


class AddressExpired(Refusal):
    """A media address is valid for an hour; the page that showed it makes a new one."""

    status = 403
    code = "media_address_expired"


class NotReady(NotFound):
    """The rendition is still being made, or there is none of this recording."""

    code = "rendition_not_ready"
