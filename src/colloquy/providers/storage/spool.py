"""Where uploads grow: an acknowledged offset means encrypted bytes that are on the disk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from colloquy.kit.errors import NotFound, Refusal

# Checksums that may be promised for an append, by the names that tus and hashlib share.
CHECKSUMS = ("sha1", "sha256", "sha512", "md5")
_UPLOAD_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


class UploadMissing(NotFound):
    """No such upload: never begun, finished and taken away, or given up."""

    code = "upload_missing"


class UploadExists(Refusal):
    """An upload with this id has been begun already."""

    code = "upload_exists"


class UploadBusy(Refusal):
    """Another request is appending to this upload just now."""

    status = 423
    code = "upload_busy"


class UploadTakenOver(Refusal):
    """The sender was silent, and another one continues the upload. What this one sent until then is kept."""

    code = "upload_taken_over"

    def __init__(self) -> None:
        super().__init__("This upload is being continued on another connection; ask there for its offset.")


class UploadSilent(Refusal):
    """The sender said nothing for too long. What it sent until then is kept; ask for the offset and go on.

    Not 408, though HTTP has it for this: tus clients give up at every 4xx but 409 and 423.
    """

    code = "upload_silent"

    def __init__(self) -> None:
        super().__init__("Nothing arrived for half a minute. Ask for the offset of this upload and continue there.")


class OffsetMismatch(Refusal):
    """The append does not begin where the upload ends; `offset` is where it ends."""

    status = 409
    code = "offset_mismatch"

    def __init__(self, offset: int) -> None:
        super().__init__(f"This upload continues at byte {offset}; send from there.", offset=offset)
        self.offset = offset


class UploadTooLarge(Refusal):
    """More bytes than the upload may have."""

    status = 413
    code = "upload_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"This upload may have {limit} bytes; more were sent.", limit=limit)


class ChecksumUnknown(Refusal):
    """A checksum was promised by a name that is not one of CHECKSUMS."""

    status = 400
    code = "checksum_unknown"


class ChecksumMismatch(Refusal):
    """The bytes are not those that were promised; none of this append was kept. 460 is tus's own status."""

    status = 460
    code = "checksum_mismatch"


class UploadSpool(Protocol):
    """Uploads that may be interrupted anywhere, by either side, and continued.

    An upload id is 1 to 128 letters, digits, `-` and `_`, made by us; another is a ValueError.
    """

    async def create(self, upload_id: str) -> None:
        """Begin an upload at offset 0; UploadExists, StorageFull."""

    async def offset(self, upload_id: str) -> int:
        """How many bytes are safe, read from the disk and not from memory; UploadMissing."""

    async def resume_at(self, upload_id: str) -> int:
        """Where a sender that lost its connection continues: the offset, once nobody is appending. UploadMissing.

        An append whose sender is silent is ended, and what it received counts; one that goes well is not disturbed,
        and then this is what is safe so far.
        """

    async def append(
        self,
        upload_id: str,
        at: int,
        chunks: AsyncIterator[bytes],
        *,
        limit: int,
        checksum: tuple[str, bytes] | None = None,
    ) -> int:
        """Append what `chunks` yields from offset `at`; the new offset, once it is on the disk.

        When `chunks` raises or the caller is cancelled (the client went away), what came until then is made
        safe and kept, and the exception goes on. With `checksum` (a name of CHECKSUMS and the digest) an
        append is kept whole or not at all, whatever happens. Bytes past `limit` are refused with
        UploadTooLarge, together with the chunk they came in. Of two senders at once the first one keeps the upload
        while bytes come (the other: UploadBusy) and loses it after a second of silence (UploadTakenOver).
        UploadMissing, UploadBusy, UploadSilent, OffsetMismatch, ChecksumUnknown, ChecksumMismatch, StorageFull.
        """

    def read(self, upload_id: str) -> AsyncIterator[bytes]:
        """What is safe so far, from the beginning; UploadMissing, StorageCorrupt."""

    async def copy_to(self, upload_id: str, target: Path) -> int:
        """Write what is safe so far, decrypted, to a file; its size. UploadMissing, StorageCorrupt."""

    async def delete(self, upload_id: str) -> None:
        """Forget an upload; one that is not there counts as forgotten. UploadBusy."""

    async def stale(self, older_than: timedelta) -> list[str]:
        """Ids of uploads that nothing was appended to for this long."""


def checked_upload_id(upload_id: str) -> str:
    """The id itself; ValueError when it is not one of ours."""
    if not _UPLOAD_ID.fullmatch(upload_id):
        raise ValueError(f"Not an upload id: {upload_id!r}.")
    return upload_id


def checked_checksum(checksum: tuple[str, bytes] | None) -> None:
    """ChecksumUnknown when the promise names no algorithm we know."""
    if checksum is not None and checksum[0] not in CHECKSUMS:
        raise ChecksumUnknown(f"Checksums are {', '.join(CHECKSUMS)}.", known=list(CHECKSUMS))
