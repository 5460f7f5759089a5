"""Playlists, scripts and lists that a reader of films would follow; plain files with names that bite."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.papers import HONEST
from tests.hostile.samples import EICAR, PROCESSED, Sample, Traps, sample

OPENINGS = {
    "nothing": b"",
    "avi": b"RIFF\xff\xff\xff\x00AVI LIST",
    "ebml": b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm",
    "mp4": b"\x00\x00\x00\x18ftypmp42",
    "ogg": b"OggS\x00\x02",
    "wav": b"RIFF\xff\xff\xff\x00WAVE",
    "id3": b"ID3\x04\x00\x00\x00\x00\x00\x00",
}


def playlists(traps: Traps) -> dict[str, str]:
    """Texts that name a file of ours or call an address, one for each reader that follows such."""
    canary, url = traps.canary, traps.url
    sdp = f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {traps.port} RTP/AVP 0\n"
    list_of = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"
    return {
        "hls file": list_of.format(f"file://{canary}"),
        "hls path": list_of.format(canary),
        "hls url": list_of.format(url),
        "hls concat": list_of.format(f"concat:{canary}|{url}"),
        "hls subfile": list_of.format(f"subfile,,start,0,end,99,,:{canary}"),
        "hls crypto": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n#EXTINF:1,\n{canary}\n#EXT-X-ENDLIST\n',
        "hls map": f'#EXTM3U\n#EXT-X-MAP:URI="file://{canary}"\n#EXTINF:1,\n{url}\n',
        "concat": f"ffconcat version 1.0\nfile '{canary}'\nfile '{url}'\n",
        "sdp": sdp,
        "dash": f'<?xml version="1.0"?><MPD><Period><BaseURL>{url}</BaseURL></Period></MPD>',
        "metadata": f";FFMETADATA1\ntitle={canary}\n[STREAM]\nencoder={url}\n",
        "ass": f"[Script Info]\nScriptType: v4.00+\n[Fonts]\nfontname: {canary}\n[Events]\nDialogue: {url}\n",
        "smi": f"<SAMI><HEAD><STYLE>@import url({url})</STYLE></HEAD></SAMI>",
        "vtt": f"WEBVTT\n\nSTYLE\n::cue {{ background: url({url}) }}\n",
        "rtsp": f"[Reference]\nRef1={url}\nrtsptext\nrtsp://127.0.0.1:{traps.port}/x\n",
        "asx": f'<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
        "pls": f"[playlist]\nFile1={url}\nFile2=file://{canary}\n",
        "image list": f"{canary}\n%03d.png\n",
        "avisynth": f'DirectShowSource("{canary}")\n',
        "tee": f"[f=mpegts]{url}|{canary}",
    }


def samples(traps: Traps) -> Iterator[Sample]:
    """Every text as a film under several openings and endings, and as a document."""
    for name, text in playlists(traps).items():
        for opening, head in OPENINGS.items():
            for ending in ("avi", "webm", "mp4") if opening == "nothing" else ("mp4",):
                refused = ("not_media", "broken_media")
                yield sample("playlist", head + text.encode(), f"{name}.{ending}", *refused, kind="video")
        yield sample("playlist as text", text.encode(), f"{name}.txt", PROCESSED)
        yield sample("playlist as text", text.encode(), f"{name}.m3u8", "file_not_accepted")
    for form, data in (("plain", EICAR), ("spaced", EICAR + b" " * 20)):
        yield sample("eicar", data, f"{form}.txt", "eicar")
        yield sample("eicar", data, f"{form}.mp4", "eicar", "not_media", kind="video")
    for data in (b"", b"\x00", b"a", b"\xff\xfe", b"\xff\xfea", b"\xfe\xff\x00\x00", b"\x1a" * 99, b"\xef\xbb\xbf"):
        yield sample("tiny", data, "t.txt")
        yield sample("tiny", data, "t.webm", kind="video")
    for name in NAMES:
        yield sample("names", b"Hello.\n" if name.lower().endswith("txt") else HONEST, name)


NAMES = (
    *("../../../etc/passwd", "..\\..\\boot.ini", "/etc/cron.d/x.pdf", "C:\\x.pdf", "cv\u202efdp.exe.pdf", "a\x00.pdf"),
    *("a\r\nSet-Cookie: a=b.pdf", '"; filename="x.exe', "x" * 4096 + ".pdf", "я" * 4096 + ".pdf", ".", "..", "...pdf"),
    *("CON", "con.txt", "PRN.pdf", "AUX", "NUL.txt", "COM1.pdf", "LPT9", "$(id).pdf", "`id`.pdf", "; rm -rf /.pdf"),
    *("-rf.pdf", "--help", "|calc.pdf", "%2e%2e%2fx.pdf", "cv.pdf.exe", "cv.pdf ", "cv.pdf.", "cv\u200b.pdf"),
    *("\ufeffcv.pdf", "cv\ud7ff.pdf", "e\u0301" * 90 + ".pdf", "<script>.pdf", "{{7*7}}.pdf", "'or 1=1--.pdf"),
    *("http://127.0.0.1/x.pdf", "file:cv.pdf", "concat:a|b.pdf", "~/.ssh/id.pdf", "*?.pdf", "a\tb\nc.txt"),
    *("🙂.pdf", "\u0000", "\u202e", " ", "desktop.ini", ".htaccess", "a" * 255, "a." + "b" * 300),
)
