// A certified OpenID provider (panva's oidc-provider) for tests: two accounts, its own pages to sign in and agree.
// node provider.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI; prints "ready". POST /rotate: it signs with a new key.

import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import Provider from "oidc-provider";

const [port, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const newKey = () => ({ ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" });

const build = (keys) => new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri], response_types: ["code"], grant_types: ["authorization_code"] }],
  jwks: { keys },
  cookies: { keys: ["only for tests"] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  // The login name says who it is: "ada@example.com" is verified, "unverified:ada@example.com" is not.
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id.replace(/[^a-z0-9]/gi, "-"), email: id.replace("unverified:", ""), email_verified: !id.startsWith("unverified:"), name: "Ada of the Provider" }),
  }),
});

let callback = build([newKey()]).callback();
createServer((request, response) => {
  if (request.method === "POST" && request.url === "/rotate") {
    callback = build([newKey()]).callback();
    response.end("rotated");
    return;
  }
  callback(request, response);
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
