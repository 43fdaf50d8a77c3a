// A console with a way in through an identity provider, and the provider itself: the certified `oidc-provider` package, on
// loopback, with its own pages to sign in, to consent and to sign out.

import { execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Agent, get } from "node:https";

import Provider from "oidc-provider";

import { freePort } from "./joining.mjs";

const CLIENT = { id: "consola", secret: "PRUEBA-secreto-de-la-consola-0123456789" };
const PATIENCE_MS = 60_000;
/** What the provider calls the manager. */
export const HERS = "PRUEBA-gestora";

function identities(port, console) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: "jwk" }), kid: "PRUEBA-1", use: "sig", alg: "RS256" };
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [{
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [`${console}/entrar/vuelta`],
      post_logout_redirect_uris: [`${console}/entrar`],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "client_secret_basic",
    }],
    jwks: { keys: [key] },
    pkce: { required: () => true },
    cookies: { keys: ["PRUEBA"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  });
  return new Promise((resolve) => {
    const server = provider.listen(port, "127.0.0.1", () => resolve(server));
  });
}

const answers = (url) => new Promise((resolve) => {
  const agent = new Agent({ rejectUnauthorized: false });
  get(`${url}/entrar`, { agent }, (answer) => resolve(answer.resume().statusCode === 200)).on("error", () => resolve(false));
});

/** Starts both; gives the console's address and how to end them. */
export async function house(program) {
  const folder = mkdtempSync(join(tmpdir(), "pasarela-oidc-"));
  const [gateway, central, console, port] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const run = (...words) => execFileSync(program, words, { encoding: "utf8" });
  run("demo", "--prepare", "--dir", folder, "--provinces", "13", "--gateway-port", String(gateway), "--central-port", String(central));
  const url = `https://localhost:${console}`;
  const server = await identities(port, url);
  const secret = join(folder, "secreto");
  writeFileSync(secret, CLIENT.secret, { mode: 0o600 });
  const config = join(folder, "pasarela.toml");
  const text = readFileSync(config, "utf8").replace(/(\[console\]\naddress = )".*"/, `$1"127.0.0.1:${console}"`);
  writeFileSync(config, `${text}
[console.oidc]
issuer = "http://localhost:${port}"
name = "PRUEBA ID"
client_id = "${CLIENT.id}"
client_secret = ${JSON.stringify(secret)}
redirect = "${url}/entrar/vuelta"
loopback_http = true
`);
  run("staff", "add", "--config", config, "--id", "GESTORA-1", "--role", "gestor", "--identity", HERS);
  const child = spawn(program, ["serve", "--config", config], { stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (more) => (told += more));
  const gone = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && child.exitCode === null) {
    if (await answers(url)) return { url, stop };
    await pause(200);
  }
  await stop();
  throw new Error(`the console with a provider does not answer:\n${told}`);
}
