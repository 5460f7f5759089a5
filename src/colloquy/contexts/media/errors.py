"""What the media context declines, and how it says so."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, Refusal
from colloquy.kit.i18n import N_
from colloquy.providers.transcoder.port import NoAudio


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


class CaptionsNotPossible(Refusal):
    """Nothing here can have captions: it is a file, or a recording that was refused."""

    code = "captions_not_possible"


class NoSound(NoAudio):
    """A recording without a sound track, where words were asked for. The advice depends on where it came from."""

    @classmethod
    def of(cls, source: str) -> NoSound:
        """The refusal for a recording from `source`: camera, screen or upload."""
        return cls(_WITHOUT_SOUND.get(source))


_WITHOUT_SOUND = {
    "screen": N_(
        "This screen recording has no sound, so nothing of what you said was recorded. Allow the microphone when you "
        "share the screen, watch that its level moves, and record the answer again."
    ),
    "upload": N_(
        "This file has no sound, so nothing of what you said is in it. Choose a recording with sound, or record the "
        "answer here."
    ),
}
