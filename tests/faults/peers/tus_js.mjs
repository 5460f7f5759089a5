// Uploads a file as a stream whose length is not known, with tus-js-client, to an address that exists.
// node tus_js.mjs ADDRESS FILE CHUNK_BYTES; prints how often it went on after a failure.
import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import * as tus from "tus-js-client";

const [address, path, chunk] = process.argv.slice(2);
let retries = 0;
// Through a PassThrough, or the client would look the file's size up by itself.
const upload = new tus.Upload(createReadStream(path).pipe(new PassThrough()), {
  uploadUrl: address,
  uploadLengthDeferred: true,
  chunkSize: Number(chunk),
  retryDelays: new Array(60).fill(50),
  onShouldRetry: () => {
    retries += 1;
    return true;
  },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(retries);
    process.exit(0);
  },
});
upload.start();
